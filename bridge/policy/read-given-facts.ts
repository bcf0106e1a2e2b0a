import type { z } from 'zod'
import type { Facts } from '../domain/policy/facts.ts'
import { factsOfTest } from '../domain/policy/ordinary-login.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { goldenTestOf } from './document-to-policy.ts'
import { readYaml } from './read-yaml.ts'
import { sentenceAt } from './shown-place.ts'
import { goldenTest } from './test-fields.ts'

/**
 * Reads facts that a person wrote down, YAML or JSON, in the form of a policy's tests: `facts` differ from an ordinary
 * login, `missing` takes facts away. Without either name the whole text is the differences.
 */
export const readGivenFacts = (text: string, policy: Policy): { facts: Facts } | { problems: readonly string[] } => {
  const yaml = readYaml(text)
  if ('problems' in yaml) return { problems: yaml.problems.map(({ line, sentence }) => `line ${line}: ${sentence}`) }
  const given = yaml.value ?? {}
  const isNamed = typeof given === 'object' && ('facts' in given || 'missing' in given)
  const expect = { outcome: 'deny' }
  const parsed = goldenTest.safeParse({ ...(isNamed ? given : { facts: given }), name: 'given facts', expect })
  if (parsed.success) return { facts: factsOfTest(policy, goldenTestOf(parsed.data)) }
  return { problems: parsed.error.issues.flatMap(sentencesOf) }
}

const sentencesOf = (issue: z.core.$ZodIssue): string[] => {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path]
  return places.map((place) => sentenceAt(place, issue.message))
}
