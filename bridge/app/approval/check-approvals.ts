import { type CountedApprover, countApprovals } from '../../domain/approval/quorum.ts'
import { inDirectLine, type Reporting } from '../../domain/approval/reporting-line.ts'
import { isSamePerson, type NaturalPerson } from '../../domain/approval/separation.ts'
import type { FallbackCase } from '../../domain/case.ts'
import type { Instant, UserId } from '../../domain/ids.ts'
import { mayAct } from '../../domain/policy/authority.ts'
import type { Act, ProfileName } from '../../domain/policy/ceilings.ts'
import { isProfileName } from '../../domain/policy/ceilings.ts'
import type { Decision, Terms } from '../../domain/policy/decision.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Approval, EvidenceReview, PersonFacts } from '../people-ports.ts'

/** What the right to act on a case depends on. */
export type CaseMatter = { policy: Policy; current: FallbackCase; decision: Decision; facts: Facts }

/** The realm role of accounts that several people use; none of them acts on a case (R16). */
export const sharedAccountRole = 'fallback-shared-account'

/** Whether the account can act at all: enabled, of one person. */
export const isActingAccount = (person: PersonFacts | undefined): person is PersonFacts =>
  person?.enabled === true && !person.isServiceAccount && !person.roles.includes(sharedAccountRole)

/**
 * Whether the authority matrix, as it is now, lets this person act so on this case; whom the subject reports to is told
 * by the people that Keycloak was asked about.
 */
export const mayActOn = (
  person: PersonFacts,
  act: Act,
  { policy, current, decision, facts }: CaseMatter,
  people: ReadonlyMap<UserId, PersonFacts>,
): boolean =>
  isProfileName(current.profile) &&
  mayAct(policy, person, {
    act,
    profile: current.profile satisfies ProfileName,
    tier: decision.assessment?.tier ?? 'privileged',
    subjectGroups: facts.groups,
    subjectManager: people.get(current.user)?.manager,
  })

/** An approval that holds at a time: one's own, a confirmed one, or a spoken one that can still be confirmed. */
export const isInForce = ({ verdict, state, confirmBy }: Approval, at: Instant): boolean =>
  verdict === 'approve' &&
  (state === 'counted' || state === 'confirmed' || (state === 'pending' && confirmBy !== undefined && at < confirmBy))

/**
 * Whose approvals count now: of people who may still approve, in the groups they are still in (E6, C07), and who are not
 * the subject, as far as Keycloak tells it now (C04).
 */
export const approversNow = (
  approvals: readonly Approval[],
  people: ReadonlyMap<UserId, PersonFacts>,
  matter: CaseMatter,
  at: Instant,
): readonly (CountedApprover & Reporting)[] =>
  approvals
    .filter((one) => isInForce(one, at))
    .flatMap(({ id, identity }) => {
      const person = people.get(id)
      if (!isActingAccount(person) || !mayActOn(person, 'approve', matter, people)) return []
      const { name, manager, groups } = person
      const approver = { id, name, manager, identity: person.identity ?? identity, groups }
      return isSamePerson(approver, subjectOf(matter, people)) ? [] : [approver]
    })

const subjectOf = ({ current }: CaseMatter, people: ReadonlyMap<UserId, PersonFacts>): NaturalPerson => ({
  id: current.user,
  identity: people.get(current.user)?.identity,
})

/**
 * Whether everything that let the person go on still stands when the grant is used: the demands are met by people who
 * may still approve, and the evidence was accepted by somebody else who may still review it and stands in no direct line
 * with them (R41). Whoever is not known is nobody, and a decoy is let in by nobody (S07).
 */
export const areApprovalsGood = (
  terms: Terms,
  given: { approvals: readonly Approval[]; review: EvidenceReview | undefined },
  people: ReadonlyMap<UserId, PersonFacts>,
  matter: CaseMatter,
  at: Instant,
): boolean => {
  if (terms.decoy !== undefined) return false
  if (given.approvals.some(({ verdict }) => verdict === 'deny')) return false
  const approvers = approversNow(given.approvals, people, matter, at)
  if (!countApprovals(terms.approvals, approvers).isMet) return false
  if (!terms.evidenceReview) return true
  if (given.review?.verdict !== 'accept') return false
  const reviewer = people.get(given.review.id)
  if (!isActingAccount(reviewer) || !mayActOn(reviewer, 'review-evidence', matter, people)) return false
  const self = { id: reviewer.id, identity: reviewer.identity ?? given.review.identity }
  if ([subjectOf(matter, people), ...approvers].some((other) => isSamePerson(other, self))) return false
  return !approvers.some((other) => inDirectLine(other, reviewer))
}
