import type { CanonicalValue } from '../canonical-json.ts'
import type { FallbackCase } from '../case.ts'
import { isMember } from '../policy/authority.ts'
import type { Decision } from '../policy/decision.ts'
import { termsOf } from '../policy/decision.ts'
import type { Facts } from '../policy/facts.ts'
import { plain } from '../policy/field-change.ts'

/** What an approver is shown, and what their decision is bound to (C06, C09). Plain JSON. */
export type ApprovalFacts = { readonly [name: string]: CanonicalValue }

/**
 * Exactly what an approver decides about: who, where, from which device and network, after which failure, with which
 * score and for what. Left out is what changes by the mere passing of time, the login's own ids, and the counters of
 * cases: the same person coming back to the same application from the same place is the same request.
 */
export const approvalFactsOf = (
  about: Pick<FallbackCase, 'realm' | 'id' | 'user' | 'client' | 'policyDigest'>,
  facts: Facts,
  decision: Decision,
): ApprovalFacts => {
  const terms = termsOf(decision)
  const { assessment } = decision
  return {
    case: about.id,
    realm: about.realm,
    user: about.user,
    client: about.client,
    policy: about.policyDigest,
    failure: plain(facts.failure === undefined ? null : { class: facts.failure.class, trust: facts.failure.trust }),
    ip: facts.ip ?? null,
    zones: plain(facts.zones),
    device: facts.device ?? null,
    roles: plain(facts.roles === undefined ? null : [...facts.roles].sort()),
    groups: plain(facts.groups === undefined ? null : withoutDecoy(facts.groups, terms?.decoy).toSorted()),
    requiredLevel: facts.requiredLevel,
    outsideHours: facts.outsideHours ?? null,
    disputes: facts.disputes ?? null,
    outage: facts.outage ?? null,
    profile: assessment?.profile ?? null,
    tier: assessment?.tier ?? null,
    rule: assessment?.rule ?? null,
    band: assessment?.band ?? null,
    score: plain(assessment?.score ?? null),
    remarks: plain(assessment?.remarks ?? []),
    paths: plain(terms?.paths ?? []),
    sessionSeconds: terms?.limits.sessionSeconds ?? null,
    grantSeconds: terms?.limits.grantSeconds ?? null,
    approvals: plain(terms?.approvals ?? []),
    evidenceReview: terms?.evidenceReview ?? false,
  }
}

/** Whoever decides must not see that a person is made up (S07). */
const withoutDecoy = (groups: readonly string[], decoy: string | undefined): readonly string[] =>
  decoy === undefined ? groups : groups.filter((group) => !isMember([group], decoy))
