import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { profileNames } from '../../../bridge/domain/policy/ceilings.ts'
import { fallbackLevels } from '../../../bridge/domain/policy/fallback-levels.ts'
import { runGoldenTests } from '../../../bridge/domain/policy/run-tests.ts'
import { usualLevels } from '../../../bridge/domain/realm/realm-wish.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'

const root = new URL('../../../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')
const packs = readdirSync(new URL('bridge/policy/packs/', root)).map((file) => `bridge/policy/packs/${file}`)

describe('the policies that are shipped', () => {
  for (const file of [...packs, 'keycloak-config/demo/policy.yaml']) {
    test(`R27: ${file} is accepted without a warning, and its own tests pass`, () => {
      const reading = readPolicy(read(file), { file })
      assert.ok('policy' in reading, JSON.stringify(reading))
      assert.deepEqual(reading.warnings, [])
      assert.deepEqual(
        runGoldenTests(reading.policy).filter(({ passed }) => !passed),
        [],
      )
    })

    test(`R40: in ${file}, each factor tells its source, and each document where its schema is`, () => {
      const text = read(file)
      assert.match(text, /^# yaml-language-server: \$schema=\S+policy\.schema\.json$/m)
      const reading = readPolicy(text, { file })
      assert.ok('policy' in reading)
      for (const { source, why } of reading.policy.risk.factors) assert.ok(source.length > 2 && why.endsWith('.'))
    })
  }

  test('R14: the packs’ levels are the very ones that the realm tool gives', () => {
    for (const file of packs) {
      const reading = readPolicy(read(file), { file })
      assert.ok('policy' in reading)
      assert.equal(reading.policy.assurance.biometricLevel, usualLevels.passkey, file)
      assert.deepEqual(fallbackLevels(reading.policy), [usualLevels.fallback], file)
    }
  })

  test('R40: every profile has a pack of its name', () => {
    const names = packs.map((file) => file.replace(/^.*\/|\.yaml$/g, ''))
    assert.deepEqual(names.toSorted(), profileNames.toSorted())
    for (const [at, file] of packs.entries()) {
      const reading = readPolicy(read(file), { file })
      assert.ok('policy' in reading && reading.policy.profiles.some(({ name }) => name === names[at]), file)
    }
  })
})
