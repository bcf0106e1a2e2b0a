import type { Reporting } from '../../domain/approval/reporting-line.ts'
import { isSamePerson } from '../../domain/approval/separation.ts'
import type { FallbackCase } from '../../domain/case.ts'
import type { CaseId, UserId } from '../../domain/ids.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import { type Decision, type Terms, termsOf } from '../../domain/policy/decision.ts'
import type { Facts, Tier } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import { holdCase } from '../hold-case.ts'
import type { Actor, Approval, ApprovalRequest, Participant, People, PersonFacts } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { type AboutCase, isAllowed, judgedOf } from './case-authority.ts'
import { type OperationRefusal, refuse } from './refusal.ts'

/** Everything an act on a case looks at, read in the transaction of the act, with the people as Keycloak has them now. */
export type Matter = {
  actor: Actor
  current: FallbackCase
  policy: Policy
  /** Absent for an override that was declared later. */
  decision: Decision | undefined
  facts: Facts | undefined
  terms: Terms | undefined
  tier: Tier
  subjectGroups: readonly string[] | undefined
  /** Whom the subject reports to, as Keycloak tells it now. */
  subjectManager: string | undefined
  request: ApprovalRequest | undefined
  approvals: readonly Approval[]
  /** Whoever had a part, with the identities and reporting lines that Keycloak tells now. */
  participants: readonly (Participant & Reporting)[]
  people: ReadonlyMap<UserId, PersonFacts>
}

export type ActOnCaseDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  people: People
  findPolicy: FindPolicy
  /** Called after the commit. */
  wakeJobs: () => void
}

/** Realm role that may see every case and change none (R37). */
export const auditorRole = 'fallback-auditor'

/** Whether the authority matrix allows the actor this act on this case, now. */
export const mayDo = (matter: Matter, act: Act): boolean =>
  isAllowed(matter.policy, matter.actor.person, aboutOf(matter), act)

/** Whether the case is about the actor, with whichever of their accounts (C04). */
export const isAboutActor = ({ actor, participants }: Matter): boolean =>
  participants.some((one) => one.part === 'subject' && isSamePerson(one, actor.person))

/**
 * Runs an act of a person on a case: asks Keycloak about everybody concerned, then reads the case, holds it until the end,
 * and does the work, all in one transaction. A case of another realm, or one that the actor may not see, does not exist.
 * `withPeople` names accounts that the work wants to know beside those that had a part.
 * @throws BridgeError keycloak_unreachable, keycloak_refused, case_conflict: nothing changed
 */
export const createActOnCase = (deps: ActOnCaseDeps) => {
  const { unitOfWork, clock, people, findPolicy, wakeJobs } = deps

  return async <Result>(
    actor: Actor,
    id: CaseId,
    work: (tx: Transaction, matter: Matter) => Promise<Result | OperationRefusal>,
    withPeople: readonly UserId[] = [],
  ): Promise<Result | OperationRefusal> => {
    const { realm } = actor
    const concerned = await unitOfWork(async (tx) => {
      const seen = await tx.cases.find(realm, id)
      return seen === undefined
        ? undefined
        : [seen.user, ...(await tx.participants.ofCase(realm, id)).map((one) => one.id)]
    })
    if (concerned === undefined) return refuse('case_unknown')
    const found = await people.find(realm, [...new Set([actor.person.id, ...concerned, ...withPeople])])
    const person = found.get(actor.person.id)
    if (!isActingAccount(person)) return refuse('account_unfit')
    const result = await unitOfWork(async (tx) => {
      const matter = await read(tx, { ...actor, person }, id, found)
      if (matter === undefined) return refuse('case_unknown')
      if ('outcome' in matter) return matter
      return work(tx, matter)
    })
    wakeJobs()
    return result
  }

  async function read(
    tx: Transaction,
    actor: Actor,
    id: CaseId,
    found: ReadonlyMap<UserId, PersonFacts>,
  ): Promise<Matter | OperationRefusal | undefined> {
    const current = await holdCase(tx, actor.realm, id)
    if (current === undefined) return undefined
    const { policy } = await findPolicy(tx, actor.realm, current.client, clock())
    const stored = await tx.decisions.find(actor.realm, id)
    const isSubject = actor.person.id === current.user
    const isAuditor = actor.person.roles.includes(auditorRole)
    if (policy === undefined) return isSubject || isAuditor ? refuse('no_active_policy') : undefined
    const subject = found.get(current.user)
    const matter: Matter = {
      actor,
      current,
      policy,
      decision: stored?.decision,
      facts: stored?.facts,
      terms: stored === undefined ? undefined : termsOf(stored.decision),
      ...judgedOf(policy, stored, subject),
      subjectManager: subject?.manager,
      request: await tx.approvals.findRequest(actor.realm, id),
      approvals: await tx.approvals.ofCase(actor.realm, id),
      participants: asTheyAreNow(await tx.participants.ofCase(actor.realm, id), current, found),
      people: found,
    }
    return isSubject || isAuditor || maySee(matter) ? matter : undefined
  }
}

const maySee = (matter: Matter): boolean => isAllowed(matter.policy, matter.actor.person, aboutOf(matter))

const aboutOf = ({ current: { user, profile }, tier, subjectGroups, subjectManager }: Matter): AboutCase => ({
  user,
  profile,
  tier,
  subjectGroups,
  subjectManager,
})

/** The subject has a part in every case; names and identities are those of now, or of when the part was taken. */
const asTheyAreNow = (
  kept: readonly Participant[],
  { user, openedAt }: FallbackCase,
  found: ReadonlyMap<UserId, PersonFacts>,
): Matter['participants'] => {
  const subject: Participant = { part: 'subject', id: user, name: user, identity: undefined, at: openedAt }
  return [subject, ...kept].map((one) => {
    const known = found.get(one.id)
    return {
      ...one,
      name: known?.name ?? one.name,
      identity: known?.identity ?? one.identity,
      manager: known?.manager,
    }
  })
}

export type ActOnCase = ReturnType<typeof createActOnCase>
