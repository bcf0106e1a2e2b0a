import { type FallbackCase, nextState, openStates } from '../domain/case.ts'
import type { RealmName } from '../domain/ids.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { tierOf } from '../domain/policy/read-facts.ts'
import type { RevokeAccess } from './approval/revoke-access.ts'
import { holdCase } from './hold-case.ts'
import { lookAtEach } from './look-at-each.ts'
import type { People, PersonFacts } from './people-ports.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { Clock, Log, UnitOfWork } from './ports.ts'

export type RevokeChangedDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  log: Log
  people: Pick<People, 'find'>
  findPolicy: FindPolicy
  revokeAccess: RevokeAccess
  isStopping: () => boolean
}

export const casesInPage = 500

type Changed = 'subject_disabled' | 'subject_privileged'

/**
 * Takes back what was given to somebody who is not any more who they were then: whose account is disabled or gone, or who
 * has become privileged since, for whom other terms hold (E4). Looks at every open case and every fallback session, the
 * newest first. Where Keycloak cannot be asked the look ends, and every case stays as it is. Who is privileged is the
 * policy's word: while none is in force only those who are disabled or gone lose what they have.
 */
export const createRevokeChanged = (deps: RevokeChangedDeps) => {
  const { unitOfWork, clock, log, isStopping } = deps

  return async (realm: RealmName): Promise<void> => {
    const cases = await readCases(realm)
    if (cases.length === 0) return
    const people = await deps.people.find(realm, [...new Set(cases.map(({ user }) => user))])
    const { policy } = await unitOfWork((tx) => deps.findPolicy(tx, realm, '', clock()))
    await lookAtEach(cases, isStopping, async (current) => {
      const changed = whatChanged(policy, people.get(current.user))
      if (changed !== undefined) await revoke(current, changed)
    })
  }

  /** Page by page, so that no transaction is long. */
  async function readCases(realm: RealmName): Promise<readonly FallbackCase[]> {
    const cases: FallbackCase[] = []
    for (;;) {
      const page = await unitOfWork((tx) =>
        tx.cases.page(realm, {
          states: [...openStates, 'in_use'],
          profile: undefined,
          user: undefined,
          since: undefined,
          until: undefined,
          after: cases.at(-1)?.id,
          count: casesInPage,
        }),
      )
      cases.push(...page)
      if (page.length < casesInPage) return cases
    }
  }

  /** Looks at the case as it stands now, and at who the subject was when it was decided. */
  async function revoke({ realm, id }: FallbackCase, reason: Changed): Promise<void> {
    const isRevoked = await unitOfWork(async (tx) => {
      const current = await holdCase(tx, realm, id)
      if (current === undefined || nextState(current.state, 'revoke') === undefined) return false
      const stored = await tx.decisions.find(realm, id)
      const tierThen = stored?.decision.assessment?.tier ?? 'privileged'
      if (reason === 'subject_privileged' && tierThen === 'privileged') return false
      await deps.revokeAccess(tx, current, 'revoke', { actor: 'system', facts: { reason } })
      return true
    })
    if (isRevoked) log.warn('a case was taken back', { realm, case: id, reason })
  }
}

const whatChanged = (policy: Policy | undefined, subject: PersonFacts | undefined): Changed | undefined => {
  if (subject?.enabled !== true) return 'subject_disabled'
  if (policy === undefined) return undefined
  return tierOf(policy, { roles: subject.roles, groups: subject.groups }) === 'privileged'
    ? 'subject_privileged'
    : undefined
}

export type RevokeChanged = ReturnType<typeof createRevokeChanged>
