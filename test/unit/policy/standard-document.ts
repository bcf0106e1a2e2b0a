import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Policy } from '../../../bridge/domain/policy/policy.ts'
import { type PolicyProblem, type PolicyWarning, readPolicy } from '../../../bridge/policy/read-policy.ts'

/** Text of the starter pack "standard", which these tests change. */
export const standardText = readFileSync(new URL('../../../bridge/policy/packs/standard.yaml', import.meta.url), 'utf8')

/** One change of a text: what stands there (once at least; the first counts), and what shall. */
export type Change = readonly [from: string, to: string]

/** The standard document with changes; each must find what it changes. */
export const changed = (...changes: readonly Change[]): string =>
  changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `the document does not hold ${from}`)
    return text.replace(from, () => to)
  }, standardText)

export const problemsOf = (text: string): readonly PolicyProblem[] => {
  const read = readPolicy(text, { file: 'policy.yaml' })
  return 'problems' in read ? read.problems : []
}

export const warningsOf = (text: string): readonly PolicyWarning[] => {
  const read = readPolicy(text, { file: 'policy.yaml' })
  assert.ok('warnings' in read, JSON.stringify(read))
  return read.warnings
}

export const policyOf = (text: string): Policy => {
  const read = readPolicy(text, { file: 'policy.yaml' })
  assert.ok('policy' in read, JSON.stringify(read))
  return read.policy
}

/** Number of the first line that holds a text. */
export const lineOf = (text: string, mark: string): number => {
  const at = text.indexOf(mark)
  assert.ok(at >= 0, `the document does not hold ${mark}`)
  return text.slice(0, at).split('\n').length
}

/** What a change must lead to: one problem at least of this code, on the line of the mark, with this in its sentence. */
export type Refusal = { why: string; changes: readonly Change[]; code: string; mark: string; sentence: RegExp }

export const refuses = ({ changes, code, mark, sentence }: Refusal): void => {
  const text = changed(...changes)
  const problems = problemsOf(text)
  const found = problems.find((problem) => problem.code === code && problem.line === lineOf(text, mark))
  assert.ok(found, `${code} at line ${lineOf(text, mark)}, not ${JSON.stringify(problems)}`)
  assert.match(found.sentence, sentence)
  assert.equal(found.file, 'policy.yaml')
  assert.ok(found.column >= 1)
}

export const rules = 'rules: # the first that holds is taken\n'
export const before = (...lines: readonly string[]): Change => [
  rules,
  `${rules}${lines.map((line) => `  - ${line}\n`).join('')}`,
]
export const factors = '  factors:\n'
export const factor = (when: string, points: number, group = 'history'): Change => [
  factors,
  `${factors}    - { id: extra, group: ${group}, when: ${when}, points: ${points}, source: s, why: w }\n`,
]
export const passkeyPath = (differs: Record<string, string> = {}): readonly Change[] => {
  const path: Record<string, string> = {
    allOf: '[completed-passkey]',
    anyOf: '[]',
    isPhishingResistant: 'true',
    ceiling: '4',
    ...differs,
  }
  const members = Object.entries(path).map(([name, value]) => `    ${name}: ${value}\n`)
  return [
    [
      'paths:\n  - id: password-bridge-totp\n',
      `paths:\n  - id: passkey\n    title: Passkey\n    owner: policy-owner\n    deputy: policy-deputy\n${members.join('')}    floor: 1\n    acr: a\n    amr: [swk]\n    approvedAt: 2026-11-01\n    reviewBy: 2027-11-01\n  - id: password-bridge-totp\n`,
    ],
    [
      'paths: [password-bridge-totp, password-keycloak-otp]',
      'paths: [password-bridge-totp, password-keycloak-otp, passkey]',
    ],
    [
      'expect: { outcome: escalate, profile: privileged',
      'expect: { paths: [passkey], outcome: escalate, profile: privileged',
    ],
  ]
}

export const ruleLine = (when: string): string => `{ name: extra, when: ${when}, deny: true }`
