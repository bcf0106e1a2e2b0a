import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { denialReasons } from '../../../bridge/domain/denial.ts'

const provider = new URL('../../../keycloak-config/provider/src/main/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, provider), 'utf8')

test('I5: the jar knows exactly the reasons that the bridge gives; one it did not know would read as an outage', () => {
  const list = /enum DenialReason \{([^;]*);/.exec(read('java/dev/fallbackbridge/keycloak/step/DenialReason.java'))?.[1]
  const known = (list ?? '').split(',').map((name) => name.trim().toLowerCase())
  assert.deepEqual(known.toSorted(), denialReasons.toSorted())
})
