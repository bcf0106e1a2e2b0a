import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describeErrors } from '../../../bridge/http/describe-errors.ts'

test('docs/errors.md is what the code says; npm run docs writes it', () => {
  assert.equal(readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8'), describeErrors())
})
