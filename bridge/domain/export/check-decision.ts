import type { Sha256 } from '../history.ts'
import { canonicalText } from '../policy/canonical-text.ts'
import { decide } from '../policy/decide.ts'
import type { Facts } from '../policy/facts.ts'
import type { Policy } from '../policy/policy.ts'
import type { CaseExport } from './case-export.ts'
import { type Finding, factOf, incomplete, tampered, unlike } from './finding.ts'

const noDigest = '0'.repeat(64)

/**
 * Checks the stored facts and decision against the digests that the case was opened with, the policy's text against its
 * own, and decides once more: the same text must come out, byte for byte (I13). `policy` is what the text reads as.
 */
export const checkDecision = (
  sha256: Sha256,
  { case: about, decision, policy: document, history }: CaseExport,
  policy: Policy | undefined,
): readonly Finding[] => {
  const [opening] = history
  const factsDigest = factOf(opening, 'factsDigest')
  const ofPolicy = checkPolicyText(sha256, about.policyDigest, document, policy)
  if (decision === null)
    return opening?.event === 'open' ? [tampered('not_in_export', 'decision'), ...ofPolicy] : ofPolicy
  const { facts, decision: text, policyDigest, at } = decision
  return [
    ...unlike('digest_differs', 'decision', {
      facts: [sha256(facts), factsDigest],
      decision: [sha256(text), factOf(opening, 'decisionDigest')],
    }),
    ...unlike('differs_from_case', 'decision', { policyDigest: [policyDigest, about.policyDigest] }),
    ...ofPolicy,
    ...checkReplay(decision, policy),
    ...(at === atOf(facts) ? [] : [tampered('differs_from_history', 'decision.at')]),
  ]
}

const checkPolicyText = (
  sha256: Sha256,
  digest: string,
  document: CaseExport['policy'],
  policy: Policy | undefined,
): readonly Finding[] => {
  if (document === null) return digest === noDigest ? [] : [incomplete('policy_missing', 'policy')]
  const wrong = unlike('digest_differs', 'policy', {
    digest: [document.digest, digest],
    text: [sha256(document.text), document.digest],
  })
  if (policy === undefined) return [...wrong, incomplete('policy_unreadable', 'policy.text')]
  return [
    ...wrong,
    ...unlike('differs_from_policy', 'policy', {
      name: [document.name, policy.name],
      revision: [document.revision, policy.revision],
    }),
  ]
}

/** Whatever the facts are, they are a text of an export: that they make the engine fail is a finding and no fault. */
const checkReplay = (
  { facts, decision }: NonNullable<CaseExport['decision']>,
  policy: Policy | undefined,
): readonly Finding[] => {
  if (policy === undefined) return []
  try {
    const read: Facts = JSON.parse(facts)
    return canonicalText(decide(policy, read)) === decision ? [] : [tampered('decision_differs', 'decision.decision')]
  } catch {
    return [tampered('facts_unreadable', 'decision.facts')]
  }
}

const atOf = (facts: string): unknown => {
  try {
    const read: Facts = JSON.parse(facts)
    return read.at
  } catch {
    return undefined
  }
}
