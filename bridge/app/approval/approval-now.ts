import { type ApprovalFacts, approvalFactsOf } from '../../domain/approval/approval-facts.ts'
import { canonicalJson } from '../../domain/canonical-json.ts'
import type { FallbackCase } from '../../domain/case.ts'
import { trustOf } from '../../domain/failure.ts'
import type { Sha256 } from '../../domain/history.ts'
import { decide } from '../../domain/policy/decide.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { PersonFacts } from '../people-ports.ts'
import type { DeriveFacts } from '../policy/policy-ports.ts'
import type { StepContext } from '../step-command.ts'

/** The address of what was approved. */
export const digestOfFacts = (sha256: Sha256, facts: ApprovalFacts): string => sha256(canonicalJson(facts))

export type FactsNowDeps = { deriveFacts: DeriveFacts; sha256: Sha256 }

/**
 * The digest of the facts as they are in this step: those the case was opened with, and over them what the step tells
 * anew, judged by the policy in force. Differs from the request's where anything that was approved is not so any more
 * (C06, R30): the address, the failure, the level asked for, the policy, and, where Keycloak was asked, what the subject
 * may do and belongs to (E4).
 */
export const createFactsNow =
  ({ deriveFacts, sha256 }: FactsNowDeps) =>
  (
    current: FallbackCase,
    openedWith: Facts,
    command: Pick<StepContext, 'ip' | 'failure' | 'requiredLevel'>,
    { policy, subject }: { policy: Policy; subject: PersonFacts | undefined },
  ): string => {
    const { failure, ip, requiredLevel } = command
    const { failure: failureThen, ...others } = openedWith
    const facts = deriveFacts(policy, {
      ...others,
      ...(failure === undefined || failureThen === undefined
        ? {}
        : { failure: { ...failureThen, class: failure.class, trust: trustOf(failure.class) } }),
      ip,
      requiredLevel,
      ...(subject === undefined || others.roles === undefined ? {} : { roles: subject.roles }),
      ...(subject === undefined || others.groups === undefined ? {} : { groups: subject.groups }),
    })
    // What derives from the user's id alone does not change.
    const kept = others.rolloutBucket === undefined ? facts : { ...facts, rolloutBucket: others.rolloutBucket }
    const about = { ...current, policyDigest: policy.digest }
    return digestOfFacts(sha256, approvalFactsOf(about, kept, decide(policy, kept)))
  }

export type FactsNow = ReturnType<typeof createFactsNow>
