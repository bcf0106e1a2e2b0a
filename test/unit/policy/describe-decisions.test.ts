import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describeDecisions } from '../../../bridge/policy/describe-decisions.ts'

test('docs/policy-decisions.md is what the starter packs decide; `npm run docs` writes it', () => {
  const file = readFileSync(new URL('../../../docs/policy-decisions.md', import.meta.url), 'utf8')
  assert.equal(file, describeDecisions())
})
