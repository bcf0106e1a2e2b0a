import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createFindPolicy } from '../../../../bridge/app/policy/find-policy.ts'
import type { ReadPolicy } from '../../../../bridge/app/policy/policy-ports.ts'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import type { RealmName } from '../../../../bridge/domain/ids.ts'
import { jsonPolicy, readJsonPolicy } from '../../../support/json-policy.ts'
import { because, createPolicyDesk, day, freshRealm } from '../../../support/policy-desk.ts'
import { createRecordingLog } from '../../../support/recording-log.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

describe('finding the policy in force', () => {
  let store: TestStore
  before(async () => {
    store = await openTestStore('sqlite')
  })
  after(() => store.close())

  const open = (readPolicy: ReadPolicy = readJsonPolicy) => {
    const log = createRecordingLog()
    let reads = 0
    const findPolicy = createFindPolicy({
      sha256,
      log,
      readPolicy: (text) => {
        reads += 1
        return readPolicy(text)
      },
    })
    const desk = createPolicyDesk(store.unitOfWork)
    return {
      log,
      desk,
      realm: freshRealm(),
      reads: () => reads,
      find: (realm: RealmName, client = 'app') => store.unitOfWork((tx) => findPolicy(tx, realm, client, desk.clock())),
    }
  }

  /** Makes a version the active one past every check. */
  const force = async (realm: RealmName, text: string, digest = sha256(text)) => {
    const version = { realm, digest, name: 'forced', revision: 1, engine: 1 as const, text, addedAt: 1, addedBy: 'x' }
    const active = { digest, since: 1, expiresAt: undefined, fallsBackTo: undefined }
    await store.unitOfWork(async (tx) => {
      await tx.policies.addVersion(version)
      await tx.policies.activate(realm, active, undefined)
    })
  }

  test('R1: where nothing is active there is no policy, and nothing is logged', async () => {
    const { find, realm, log } = open()
    assert.deepEqual(await find(realm), { policy: undefined, switchedOff: undefined })
    assert.deepEqual(log.lines, [])
  })

  test('R9: the active version is read once for all logins of all realms that have it', async () => {
    const { find, realm, reads } = open()
    const text = jsonPolicy()
    const other = freshRealm()
    await force(realm, text)
    await force(other, text)
    for (const one of [realm, realm, other]) {
      assert.deepEqual((await find(one)).policy, readJsonPolicy(text))
    }
    assert.equal(reads(), 1)
  })

  test('R9: an activation, a switch and an end hold from the next step on', async () => {
    const { find, realm, desk } = open()
    const base = await desk.add(realm, 3_600)
    const loose = await desk.add(realm, 7_200)
    await desk.activateByTwo({ realm, digest: base, reason: because })
    assert.equal((await find(realm)).policy?.digest, base)
    await desk.activateByTwo({ realm, digest: loose, expiresAt: desk.clock() + day })
    assert.equal((await find(realm)).policy?.digest, loose)
    desk.advance(day)
    const ada = { id: 'ada-id', name: 'ada' }
    await desk.switchFallback({ realm, client: 'app', to: 'off', person: ada, reason: because })
    assert.equal((await find(realm)).policy?.digest, base)
    assert.deepEqual([(await find(realm)).switchedOff, (await find(realm, 'wiki')).switchedOff], ['client', undefined])
  })

  test('I5 R9: a version whose text is not what its digest says counts as none, and the log says so once', async () => {
    const { find, realm, log, reads } = open()
    const digest = sha256(jsonPolicy())
    await force(realm, jsonPolicy({ sessionSeconds: 28_800 }), digest)
    for (const _ of [1, 2, 3]) assert.equal((await find(realm)).policy, undefined)
    assert.equal(reads(), 0)
    assert.deepEqual(log.lines, [
      {
        level: 'error',
        message: 'the active policy cannot be read: every fallback is refused',
        fields: { realm, version: digest },
      },
    ])
  })

  test('I5: a version that cannot be read any more, or reads as another one, counts as none', async () => {
    const unreadable = open()
    await force(unreadable.realm, 'no policy')
    assert.equal((await unreadable.find(unreadable.realm)).policy, undefined)
    assert.equal(unreadable.log.lines.length, 1)
    const confused = open(() => readJsonPolicy(jsonPolicy({ name: 'another' })))
    await force(confused.realm, jsonPolicy())
    assert.equal((await confused.find(confused.realm)).policy, undefined)
    assert.equal(confused.log.lines.length, 1)
  })

  test('of many versions only so many are kept, the oldest gone first', async () => {
    const { find, reads } = open()
    const realms: RealmName[] = []
    for (let index = 0; index < 65; index += 1) {
      const realm = freshRealm()
      realms.push(realm)
      await force(realm, jsonPolicy({ revision: index + 1 }))
      await find(realm)
    }
    assert.equal(reads(), 65)
    await find(realms.at(-1) ?? assert.fail())
    assert.equal(reads(), 65)
    await find(realms[0] ?? assert.fail())
    assert.equal(reads(), 66)
  })
})
