import type { StoredDecision } from '../app/policy/policy-ports.ts'
import { asId, type CaseId } from '../domain/ids.ts'
import { canonicalText } from '../domain/policy/canonical-text.ts'
import { decide } from '../domain/policy/decide.ts'
import { explainDecision } from '../domain/policy/explain-decision.ts'
import type { Facts } from '../domain/policy/facts.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { type CommandAnswer, done, faulty, notPassed } from './command-answer.ts'
import { explanationText } from './explanation-text.ts'
import { fileFault, type LoadPolicy, type ReadText } from './load-policy.ts'
import { type OnDatabase, onRealm } from './on-database.ts'

export type PolicyExplainDeps = {
  loadPolicy: LoadPolicy
  readText: ReadText
  readGivenFacts: (text: string, policy: Policy) => { facts: Facts } | { problems: readonly string[] }
  deriveFacts: (policy: Policy, facts: Facts) => Facts
  readStored: (text: string) => Policy | undefined
  onDatabase: OnDatabase
}

export type ExplainOptions = { facts?: string; case?: string; realm?: string }

/**
 * `policy explain <file> --facts <file>`, `policy explain --case <id> --realm r`, or both: a case's facts under the
 * policy of a file. Tells why the decision is what it is.
 */
export const createPolicyExplain =
  (deps: PolicyExplainDeps) =>
  async (file: string | undefined, options: ExplainOptions): Promise<CommandAnswer> => {
    const { facts, case: id, realm } = options
    if (id !== undefined && realm !== undefined && facts === undefined) {
      return file === undefined ? explainCase(deps, id, realm) : explainCaseUnder(deps, file, id, realm)
    }
    if (file !== undefined && facts !== undefined && id === undefined) return explainGiven(deps, file, facts)
    return faulty(
      'usage',
      'usage',
      'It is not clear what shall be explained.',
      'Give a policy file and --facts <file>, or --case <id> and --realm <realm>.',
    )
  }

const explainGiven = (deps: PolicyExplainDeps, file: string, factsFile: string): CommandAnswer => {
  const loaded = deps.loadPolicy(file)
  if ('answer' in loaded) return loaded.answer
  const text = deps.readText(factsFile)
  if (text === undefined) return fileFault(factsFile)
  const given = deps.readGivenFacts(text, loaded.policy)
  if ('facts' in given) return answer(loaded.policy, given.facts)
  return faulty(
    'usage',
    'facts_malformed',
    [`${factsFile} holds no facts.`, ...given.problems].join('\n'),
    'Write them as a test of a policy does (docs/policy.md).',
  )
}

const explainCaseUnder = async (deps: PolicyExplainDeps, file: string, id: string, realm: string) => {
  const loaded = deps.loadPolicy(file)
  if ('answer' in loaded) return loaded.answer
  const reached = await findCase(deps, id, realm)
  if ('answer' in reached) return reached.answer
  return answer(loaded.policy, deps.deriveFacts(loaded.policy, reached.value.stored.facts))
}

const explainCase = async (deps: PolicyExplainDeps, id: string, realm: string): Promise<CommandAnswer> => {
  const reached = await findCase(deps, id, realm)
  if ('answer' in reached) return reached.answer
  const { stored, text } = reached.value
  const policy = text === undefined ? undefined : deps.readStored(text)
  if (policy === undefined || policy.digest !== stored.policyDigest) {
    return faulty(
      'refused',
      'version_unreadable',
      `The case was decided under ${stored.policyDigest}, which cannot be read.`,
      'Look at `fallback-bridge policy history`; compare the database with a backup.',
    )
  }
  const isSame = canonicalText(decide(policy, stored.facts)) === stored.decisionText
  const about = [
    `Case ${id} of realm ${realm}, decided ${new Date(stored.at).toISOString()} under ${policy.name}, revision ${policy.revision}, ${policy.digest}`,
    isSame
      ? 'Taken again now, the decision is the same, byte for byte.'
      : 'TAKEN AGAIN NOW, THE DECISION IS ANOTHER ONE: keep the database as it is and tell the maintainers.',
  ]
  const why = explainDecision(policy, stored.facts, stored.decision)
  const json = {
    case: id,
    realm,
    at: stored.at,
    digest: policy.digest,
    same: isSame,
    facts: stored.facts,
    decision: stored.decision,
    explanation: why,
  }
  const shown = [...about, '', explanationText(why)].join('\n')
  return isSame ? done(shown, json) : notPassed(shown, json)
}

const answer = (policy: Policy, facts: Facts): CommandAnswer => {
  const decision = decide(policy, facts)
  const why = explainDecision(policy, facts, decision)
  return done(explanationText(why), { digest: policy.digest, facts, decision, explanation: why })
}

type Found = { stored: StoredDecision; text: string | undefined }

const findCase = async (
  { onDatabase }: PolicyExplainDeps,
  id: string,
  realm: string,
): Promise<{ value: Found } | { answer: CommandAnswer }> => {
  const reached = await onRealm(onDatabase, realm, (unitOfWork, name) =>
    unitOfWork(async (tx) => {
      const stored = await tx.decisions.find(name, asId<CaseId>(id))
      if (stored === undefined) return undefined
      return { stored, text: (await tx.policies.findVersion(name, stored.policyDigest))?.text }
    }),
  )
  if ('answer' in reached) return reached
  return reached.value === undefined
    ? {
        answer: faulty(
          'refused',
          'case_not_found',
          `Realm ${realm} has no decision of a case ${id}.`,
          'Look the id up in Keycloak’s events (detail fallback_case).',
        ),
      }
    : { value: reached.value }
}
