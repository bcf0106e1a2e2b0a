import type { Comparison } from '../app/policy/judge-activation.ts'
import type { Facts } from '../domain/policy/facts.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import type { FindDocument } from './find-document.ts'
import type { Reached } from './on-database.ts'

export type PolicyDiffDeps<Compared extends Comparison> = {
  findDocument: FindDocument
  /** Facts of a realm's recent logins. */
  recordedFacts: (realm: string) => Promise<Reached<readonly Facts[]>>
  comparePolicies: (before: Policy, after: Policy, recorded: readonly Facts[]) => Compared
  comparisonLines: (comparison: Compared) => readonly string[]
}

/**
 * `policy diff <a> <b>`: what changes from one policy to another, for whom, and whether it loosens; with `--realm`, also
 * over the recorded logins of that realm, as an activation there would judge it.
 */
export const createPolicyDiff =
  <Compared extends Comparison>(deps: PolicyDiffDeps<Compared>) =>
  async (a: string, b: string, { realm }: { realm?: string }): Promise<CommandAnswer> => {
    const before = await deps.findDocument(a, realm)
    if ('answer' in before) return before.answer
    const after = await deps.findDocument(b, realm)
    if ('answer' in after) return after.answer
    const recorded = realm === undefined ? { value: [] } : await deps.recordedFacts(realm)
    if ('answer' in recorded) return recorded.answer
    const comparison = deps.comparePolicies(before.policy, after.policy, recorded.value)
    const text = [...deps.comparisonLines(comparison), verdict(comparison.isLoosening)].join('\n')
    return done(text, { before: before.policy.digest, after: after.policy.digest, ...comparison })
  }

const verdict = (isLoosening: boolean): string =>
  isLoosening
    ? 'LOOSENING: its activation needs a reason or an end, and a second person.'
    : 'Not loosening: one person may activate it.'
