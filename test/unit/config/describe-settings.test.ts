import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describeSettings } from '../../../bridge/config/describe-settings.ts'
import { knownNames } from '../../../bridge/config/unknown-names.ts'

test('docs/settings.md is what the table of settings says; node bridge/config/write-settings-doc.ts writes it', () => {
  assert.equal(readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8'), describeSettings())
})

test('every name the documentation uses is one the bridge reads', () => {
  const named = describeSettings().match(/FALLBACK_BRIDGE_[A-Z_]+/g) ?? []
  assert.ok(named.length > 20)
  assert.deepEqual(
    named.filter((name) => !knownNames.includes(name)),
    [],
  )
})
