import type { Finding, FindingCode } from '../domain/export/finding.ts'
import { terminalText } from '../domain/terminal-text.ts'

/** What each finding means, for whoever reads it for the first time. */
const sentences: Readonly<Record<FindingCode, string>> = {
  history_empty: 'there is no history, so nothing here can be checked',
  chain_broken: 'the chain of the history breaks here: an entry was changed, removed, added or moved',
  other_case: 'the history is that of another case or realm',
  digest_differs: 'is not what the history holds the digest of',
  differs_from_history: 'is not what the history says',
  not_in_history: 'the history has no entry of it',
  not_in_export: 'the export lacks, or has twice, what belongs to this',
  told_twice: 'stands there twice',
  differs_from_case: 'is of another case, person, application or policy than the rest',
  differs_from_policy: 'is not what the policy’s own text says',
  decision_differs: 'policy and facts decide otherwise than what is written here',
  facts_unreadable: 'nothing can be decided from this text',
  evidence_unopened: 'the reviewer accepted evidence that they had not opened',
  policy_missing: 'the bridge has no text of this policy, so the decision cannot be repeated',
  policy_unreadable: 'this version cannot read the policy’s text, so the decision was not repeated',
  record_unbound: 'stands on the signature alone: the history holds no digest of it',
  event_unconfirmed: 'was not read back from Keycloak’s event log by then',
}

/** A finding in words. */
export const sentenceOf = ({ code }: Finding): string => sentences[code]

/** Findings as lines, the gravest first: `TAMPERED approvals[0].reason: …`. */
export const findingLines = (findings: readonly Finding[]): readonly string[] =>
  [...findings]
    .sort((a, b) => Number(a.weight === 'incomplete') - Number(b.weight === 'incomplete'))
    .map((one) => `${one.weight.toUpperCase()} ${terminalText(one.at)}: ${sentenceOf(one)}`)
