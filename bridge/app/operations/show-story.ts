import type { ApprovalFacts } from '../../domain/approval/approval-facts.ts'
import type { DemandState } from '../../domain/approval/quorum.ts'
import { countApprovals } from '../../domain/approval/quorum.ts'
import { type FallbackCase, isOpen } from '../../domain/case.ts'
import { type Evidence, evidenceDigestText, evidenceSchemaOf, missingEvidence } from '../../domain/evidence.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import { type Act, acts, type VerificationMethod } from '../../domain/policy/ceilings.ts'
import type { Decision } from '../../domain/policy/decision.ts'
import type { Tier } from '../../domain/policy/facts.ts'
import { ownershipOf } from '../../domain/policy/ownership.ts'
import type { Ownership } from '../../domain/policy/policy.ts'
import type { Review } from '../../domain/review/review.ts'
import { approversOf } from '../approval/approvers-of.ts'
import { methodsFree } from '../approval/methods-free.ts'
import { type RecentRequests, recentRequests } from '../approval/recent-requests.ts'
import type { FailurePattern } from '../pattern/pattern-ports.ts'
import type { Actor, Approval, EvidenceReview, Ratification } from '../people-ports.ts'
import type { Clock, SecretBox } from '../ports.ts'
import { overridePlace } from '../review/declare-override.ts'
import { type ActOnCase, auditorRole, isAboutActor, type Matter, mayDo } from './act-on-case.ts'
import type { OperationRefusal } from './refusal.ts'
import { blinded, type ToldEntry, toldHistory } from './told-history.ts'

/** A case with its whole story, as far as the caller may see it (R37). */
export type CaseStory = {
  outcome: 'done'
  case: FallbackCase
  /** The subject's user name as Keycloak has it now; absent where the account is gone. */
  userName: string | undefined
  tier: Tier
  /** Who answers for the case under the policy in force (R10); not told to the subject, who knows nobody by name. */
  ownership: Ownership | undefined
  /** Acts that the authority matrix allows this caller on this case. */
  mayDo: readonly Act[]
  /** Whether the person is made up; undefined for whoever must not know: all but auditors, and those who may decide about it (S07). */
  isDecoy: boolean | undefined
  decision: Decision | undefined
  /** What an approver decides about; the number is not shown: it is read from the waiting person's page (C09). */
  request:
    | {
        facts: ApprovalFacts
        factsDigest: string
        askedAt: number
        clearedAt: number | undefined
        demands: readonly DemandState[]
        /** Ways that the next approver may take; told to nobody of the own case, as they tell what earlier ones took. */
        methods: readonly VerificationMethod[]
        distinctMethods: boolean
        verbalWithinSeconds: number | undefined
        /** What this person has asked of people lately, this request among it (S02). */
        lastDay: RecentRequests
      }
    | undefined
  approvals: readonly Approval[]
  ratification: Ratification | undefined
  evidence: { items: readonly Evidence[]; missing: readonly string[]; evidenceDigest: string }
  evidenceReview: EvidenceReview | undefined
  /** Where the second, blind look is still to come, the first one's finding is not told to who may do it. */
  reviews: readonly Review[]
  declared: { occurredAt: number; recordedAt: number; account: unknown } | undefined
  /** What repeats, where the case is one of a pattern (R5). */
  pattern: FailurePattern | undefined
  history: readonly ToldEntry[]
}

export type ShowStoryDeps = { actOnCase: ActOnCase; clock: Clock; sha256: Sha256; secretBox: SecretBox }

/**
 * Tells everything that is kept of a case, from the failure to the review, on one page. Whoever it is about sees it as its
 * subject, whatever else they may: not what others gave as reasons and evidence, nor who they are.
 */
export const createShowStory =
  ({ actOnCase, clock, sha256, secretBox }: ShowStoryDeps) =>
  (actor: Actor, ask: { case: CaseId }): Promise<CaseStory | OperationRefusal> =>
    actOnCase(actor, ask.case, async (tx, matter) => {
      const { current, policy, terms, decision, request, approvals } = matter
      const { realm, id } = current
      const items = await tx.evidence.ofCase(realm, id)
      const schema = evidenceSchemaOf(policy, terms?.evidence ?? null) ?? []
      const declared = await tx.disputes.findDeclared(realm, id)
      const isSubject = isAboutActor(matter)
      const reviews = await tx.reviews.ofCase(realm, id)
      const ratification = await tx.ratifications.find(realm, id)
      return {
        outcome: 'done',
        case: current,
        userName: matter.people.get(current.user)?.name,
        tier: matter.tier,
        ownership: isSubject ? undefined : ownershipOf(policy, current.profile),
        mayDo: acts.filter((act) => mayDo(matter, act)),
        isDecoy: mayKnowOfDecoys(matter) ? terms?.decoy !== undefined : undefined,
        decision,
        request:
          request === undefined || terms === undefined
            ? undefined
            : {
                facts: request.facts,
                factsDigest: request.factsDigest,
                askedAt: request.askedAt,
                clearedAt: request.clearedAt,
                demands: countApprovals(terms.approvals, approversOf(matter, clock())).demands,
                methods: isSubject ? [] : methodsFree(terms, approvals, clock()),
                distinctMethods: terms.distinctMethods === true,
                verbalWithinSeconds: terms.verbal?.withinSeconds,
                lastDay: await recentRequests(tx, current, clock()),
              },
        approvals: isSubject ? [] : approvals,
        ratification: ratification === undefined || !isSubject ? ratification : { ...ratification, by: undefined },
        evidence: {
          items: isSubject ? [] : items,
          missing: missingEvidence(schema, items),
          evidenceDigest: sha256(evidenceDigestText(items)),
        },
        evidenceReview: isSubject ? undefined : await tx.evidence.findReview(realm, id),
        reviews: isSubject ? [] : blinded(reviews, matter),
        declared:
          declared === undefined || isSubject
            ? undefined
            : {
                occurredAt: declared.occurredAt,
                recordedAt: declared.recordedAt,
                account: JSON.parse(secretBox.open(declared.account, overridePlace(realm, id))),
              },
        pattern: isSubject ? undefined : await tx.patterns.find(realm, id),
        history: toldHistory(await tx.history.list(realm, id), reviews, matter),
      }
    })

/** Whoever may still be asked about the case decides as about any other (S07). */
const mayKnowOfDecoys = (matter: Matter): boolean =>
  matter.actor.person.roles.includes(auditorRole) &&
  !isAboutActor(matter) &&
  !(isOpen(matter.current.state) && (mayDo(matter, 'approve') || mayDo(matter, 'review-evidence')))

export type ShowStory = ReturnType<typeof createShowStory>
