import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Check, Facts } from '../../../../bridge/domain/policy/facts.ts'
import { checkToAsk, isInForce, levelOf, offerPaths } from '../../../../bridge/domain/policy/offer-paths.ts'
import type { Path, Policy, Profile } from '../../../../bridge/domain/policy/policy.ts'
import { buildFacts, buildPath, buildPolicy, buildProfile, pathId, without } from '../../../support/policies.ts'

const having = (...checks: Exclude<Check, 'password'>[]): Facts =>
  buildFacts({ available: checks.map((check) => ({ check })) })
const passkey = buildPath('passkey', {
  allOf: ['password', 'completed-passkey'],
  isPhishingResistant: true,
  ceiling: 2,
  acr: 'strong',
  amr: ['pwd', 'hwk'],
})
const offer = (
  paths: readonly Path[],
  facts = buildFacts(),
  differs: Partial<Profile> = {},
  policy?: Partial<Policy>,
) =>
  offerPaths(
    buildPolicy({ paths, ...policy }),
    buildProfile({ paths: paths.map(({ id }) => id), ceiling: 9, ...differs }),
    facts,
  )

describe('the paths that are offered', () => {
  test('R14: are told with the check to ask for and what the session may claim', () => {
    assert.deepEqual(offer([buildPath('totp')]), {
      paths: [{ id: 'totp', check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] }],
    })
  })

  test('come in the profile’s order, and only those it lists', () => {
    const ids = (found: ReturnType<typeof offer>) => ('paths' in found ? found.paths.map(({ id }) => id) : found.reason)
    const [totp, otp] = [buildPath('totp'), buildPath('otp', { allOf: ['keycloak-otp'] })]
    assert.deepEqual(ids(offer([totp, otp], buildFacts(), { paths: [pathId('otp'), pathId('totp')] })), ['otp', 'totp'])
    assert.deepEqual(ids(offer([totp, otp], buildFacts(), { paths: [pathId('otp')] })), ['otp'])
    assert.deepEqual(ids(offer([totp, otp], having('keycloak-otp'))), ['otp'])
    assert.deepEqual(ids(offer([totp], buildFacts(), { paths: [pathId('unknown')] })), 'no_path_available')
    assert.deepEqual(ids(offer([totp, otp], having())), 'no_path_available')
  })

  test('R13: begin with their approval and end with their review date', () => {
    const path = buildPath('totp', { approvedAt: 1000, reviewBy: 2000 })
    assert.deepEqual(
      [999, 1000, 1999, 2000].map((at) => isInForce(path, at)),
      [false, true, true, false],
    )
    assert.deepEqual(offer([path], buildFacts({ at: 2000 })), { reason: 'no_path_available' })
    assert.equal('paths' in offer([path], buildFacts({ at: 1500 })), true)
    for (const field of ['approvedAt', 'reviewBy'] as const) {
      assert.equal(isInForce({ ...path, [field]: Number.NaN }, 1500), false)
    }
  })

  test('R14: reach the level the application requires, or the reason says that they do not', () => {
    assert.equal('paths' in offer([buildPath('totp')], buildFacts({ requiredLevel: 1 })), true)
    assert.deepEqual(offer([buildPath('totp')], buildFacts({ requiredLevel: 2 })), { reason: 'level_out_of_reach' })
    const both = offer([buildPath('totp'), passkey], {
      ...having('bridge-totp', 'completed-passkey'),
      requiredLevel: 2,
    })
    assert.deepEqual('paths' in both && both.paths.map(({ id, level }) => [id, level]), [['passkey', 2]])
  })

  test('reach their own floor, or are not offered', () => {
    const path = buildPath('totp', { ceiling: 3, floor: 2 })
    const policy = { assurance: { biometricLevel: 3 } }
    assert.equal('paths' in offer([path], buildFacts(), {}, policy), true)
    assert.deepEqual(offer([path], buildFacts(), { ceiling: 1 }, policy), { reason: 'no_path_available' })
  })

  test('I14: have a level of their own: at least 1, at most 9, and a whole number', () => {
    const level = (ceiling: number, floor = 1) => {
      const found = offer(
        [buildPath('totp', { ceiling, floor })],
        buildFacts(),
        { ceiling: 99 },
        {
          assurance: { biometricLevel: 99 },
        },
      )
      return 'paths' in found ? found.paths[0]?.level : found.reason
    }
    assert.equal(level(12), 9)
    assert.equal(level(2), 2)
    for (const absurd of [0, -1, 1.5, Number.NaN]) assert.equal(level(absurd, -5), 'no_path_available', `${absurd}`)
    assert.equal(level(0, 0), 'no_path_available')
  })
})

describe('the level of a path', () => {
  const level = (path: Path, ceiling = 9, biometricLevel = 3) =>
    levelOf(buildPolicy({ assurance: { biometricLevel } }), buildProfile({ ceiling }), path)

  test('R14: is the least of the path’s ceiling, the profile’s, and one below the biometric check', () => {
    assert.equal(level(buildPath('totp', { ceiling: 1 })), 1)
    assert.equal(level(buildPath('totp', { ceiling: 9 })), 2)
    assert.equal(level(buildPath('totp', { ceiling: 9 }), 1), 1)
  })

  test('R14: is that of the biometric check for a completed passkey', () => {
    assert.equal(level({ ...passkey, ceiling: 9 }), 3)
    assert.equal(level({ ...passkey, ceiling: 9 }, 2), 2)
    assert.equal(level(passkey), 2)
  })

  test('R14: stays below for a code that calls itself phishing-resistant, and for a passkey that does not', () => {
    assert.equal(level(buildPath('totp', { ceiling: 9, isPhishingResistant: true })), 2)
    const choice = buildPath('choice', {
      allOf: ['password'],
      anyOf: ['completed-passkey', 'bridge-totp'],
      ceiling: 9,
      isPhishingResistant: true,
    })
    assert.equal(level(choice), 2)
    assert.equal(level({ ...passkey, ceiling: 9, isPhishingResistant: false }), 2)
  })
})

describe('what a path asks for', () => {
  const asks = (allOf: readonly Check[], anyOf: readonly Check[], facts: Facts) =>
    checkToAsk(buildPath('path', { allOf, anyOf }), facts)

  test('R17: is the check beside the password that this person can pass', () => {
    assert.equal(asks(['password', 'bridge-totp'], [], having('bridge-totp')), 'bridge-totp')
    assert.equal(asks(['bridge-totp'], [], having('bridge-totp')), 'bridge-totp')
    assert.equal(asks(['password', 'bridge-totp'], [], having('keycloak-otp')), undefined)
    assert.equal(asks(['bridge-totp', 'password'], [], having('bridge-totp')), 'bridge-totp')
  })

  test('R17: of a choice, the first that this person can pass', () => {
    const choice: readonly Check[] = ['keycloak-otp', 'bridge-totp']
    assert.equal(asks(['password'], choice, having('bridge-totp', 'keycloak-otp')), 'keycloak-otp')
    assert.equal(asks(['password'], choice, having('bridge-totp')), 'bridge-totp')
    assert.equal(asks(['password'], choice, having('completed-passkey')), undefined)
    assert.equal(asks(['bridge-totp'], ['password', 'keycloak-otp'], having('bridge-totp')), 'bridge-totp')
    assert.equal(asks(['bridge-totp'], ['keycloak-otp'], having('bridge-totp')), undefined)
  })

  test('R7: a path that asks for nothing beside the password is none', () => {
    assert.equal(asks(['password'], [], having('bridge-totp')), undefined)
    assert.equal(asks([], [], having('bridge-totp')), undefined)
    assert.equal(asks([], ['password'], having('bridge-totp')), undefined)
  })

  test('R7: a path that asks for more than a login step can is none', () => {
    const all = having('bridge-totp', 'keycloak-otp')
    assert.equal(asks(['bridge-totp', 'keycloak-otp'], [], all), undefined)
    assert.equal(asks(['bridge-totp'], ['keycloak-otp'], all), undefined)
  })

  test('R21: a path with the password needs the password of this login', () => {
    const facts = without(having('bridge-totp'), 'firstFactor')
    assert.equal(asks(['password', 'bridge-totp'], [], facts), undefined)
    assert.equal(asks(['bridge-totp'], [], facts), 'bridge-totp')
  })
})
