import type { UserId } from '../../domain/ids.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import { tiers } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { nobody } from '../pattern/find-patterns.ts'
import type { Actor, People, PersonFacts } from '../people-ports.ts'
import type { StoredDecision } from '../policy/policy-ports.ts'
import { auditorRole } from './act-on-case.ts'
import { isAllowed, judgedOf, mayForSome } from './case-authority.ts'

/** A case of a list, with what is kept of what the right to see it depends on. */
export type CaseRow = { user: UserId; profile: string; policy: Policy | undefined; stored: StoredDecision | undefined }

/** Whether a row is seen, and its subject as Keycloak has them now, where it was asked. */
export type Sight = { isSeen: boolean; subject: PersonFacts | undefined }

export type SeeRowsAsk<Row> = {
  /** Rows are for whoever may act so on them; for whoever may do anything where it is absent. */
  act?: Act
  /** Rows about whose subjects the list wants to know more, where it can be seen. */
  alsoAsk: (row: Row) => boolean
}

/** Whether nothing of the subject was judged that a tier could be read from. */
export const isUnjudged = ({ stored }: Pick<CaseRow, 'stored'>): boolean =>
  stored?.decision.assessment?.tier === undefined

/** Whether somebody sees a row whatever Keycloak says of its subject, sees it never, or that hangs on the subject. */
export const sightOf = ({ person }: Actor, row: CaseRow, act?: Act): 'seen' | 'hidden' | 'open' => {
  const { user, profile, policy, stored } = row
  if (person.roles.includes(auditorRole)) return 'seen'
  if (policy === undefined) return 'hidden'
  if (isUnjudged(row) && user !== nobody) {
    return tiers.some((tier) => mayForSome(policy, person, { profile, tier }, act)) ? 'open' : 'hidden'
  }
  const about = { user, profile, ...judgedOf(policy, stored, undefined), subjectManager: undefined }
  if (isAllowed(policy, person, about, act)) return 'seen'
  return isAllowed(policy, person, { ...about, subjectManager: person.id }, act) ? 'open' : 'hidden'
}

/**
 * Tells which rows of a list the actor may see, once the transaction that read them is over. Cases keep no manager, and
 * those that no rule has judged neither tier nor groups: Keycloak is asked, once for all rows, about those subjects for whom
 * it makes a difference; for most callers that is nobody.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createSeeRows =
  (people: Pick<People, 'find'>) =>
  async <Row extends CaseRow>(
    actor: Actor,
    rows: readonly Row[],
    { act, alsoAsk }: SeeRowsAsk<Row>,
  ): Promise<(row: Row) => Sight> => {
    const { realm, person } = actor
    const isAsked = (row: Row): boolean => {
      if (row.user === nobody || row.user === person.id) return false
      const sight = sightOf(actor, row, act)
      return sight === 'open' || (sight === 'seen' && alsoAsk(row))
    }
    const asked = [...new Set(rows.filter(isAsked).map(({ user }) => user))]
    const found = asked.length === 0 ? undefined : await people.find(realm, asked)
    return (row) => {
      const { user, profile, policy, stored } = row
      const subject = user === person.id ? person : found?.get(user)
      const sight = sightOf(actor, row, act)
      if (sight !== 'open' || policy === undefined) return { isSeen: sight === 'seen', subject }
      const judged = judgedOf(policy, stored, subject)
      const about = { user, profile, ...judged, subjectManager: subject?.manager }
      return { isSeen: isAllowed(policy, person, about, act), subject }
    }
  }

export type SeeRows = ReturnType<typeof createSeeRows>
