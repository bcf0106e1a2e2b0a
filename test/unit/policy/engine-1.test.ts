import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { canonicalText } from '../../../bridge/domain/policy/canonical-text.ts'
import { decide } from '../../../bridge/domain/policy/decide.ts'
import { decisionReasons, outcomes } from '../../../bridge/domain/policy/decision.ts'
import type { Facts } from '../../../bridge/domain/policy/facts.ts'
import { readCheckedPolicy } from '../../../bridge/policy/read-policy.ts'

const read = (file: string): string => readFileSync(new URL(`engine-1/${file}`, import.meta.url), 'utf8')
/** Facts and decision in turn, a line each, as engine 1 took them when it was released. */
const lines = read('decisions.jsonl').trimEnd().split('\n')

// Where this goes red, stored cases would no longer be reproduced: what changed needs an engine of its own number.
test('R9 I13: engine 1 decides what it decided when it was released, byte for byte', () => {
  const policy = readCheckedPolicy(read('policy.yaml'))
  assert.ok(policy)
  assert.equal(policy.digest, '5c5331ba591c75c215a7f4bc56053f0b9c7eb67428644bbc704cf33e87f5e3b5')
  for (let at = 0; at < lines.length; at += 2) {
    const facts = JSON.parse(lines[at] ?? '') as Facts
    assert.equal(canonicalText(facts), lines[at], 'the facts are canonical')
    assert.equal(canonicalText(decide(policy, facts)), lines[at + 1], `line ${at + 1}`)
  }
})

test('the decisions that are held are of every outcome, and of most reasons', () => {
  const decisions = lines.filter((_line, at) => at % 2 === 1).map((line) => JSON.parse(line))
  assert.deepEqual([...new Set(decisions.map(({ outcome }) => outcome))].toSorted(), outcomes.toSorted())
  const reasons = new Set(decisions.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))
  const elsewhere = ['no_active_policy', 'no_rule_matches', 'nobody_may_approve', 'decoy']
  assert.deepEqual([...reasons].toSorted(), decisionReasons.filter((reason) => !elsewhere.includes(reason)).toSorted())
})
