import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { longestDocument } from '../../../../bridge/app/policy/add-policy-version.ts'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import { verifyPolicyChain } from '../../../../bridge/domain/policy/policy-history.ts'
import { jsonPolicy } from '../../../support/json-policy.ts'
import { ada, because, bob, createPolicyDesk, freshRealm } from '../../../support/policy-desk.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

describe('changing policies', () => {
  let store: TestStore
  before(async () => {
    store = await openTestStore('sqlite')
  })
  after(() => store.close())

  const open = () => ({ desk: createPolicyDesk(store.unitOfWork), realm: freshRealm() })

  test('R9: a version is added under the digest of its text, with its row; it changes nothing in force', async () => {
    const { desk, realm } = open()
    const text = jsonPolicy({ name: 'office', revision: 7 })
    const version = {
      realm,
      digest: sha256(text),
      name: 'office',
      revision: 7,
      engine: 1,
      text,
      addedAt: desk.clock(),
      addedBy: 'user:ada-id',
    }
    assert.deepEqual(await desk.addVersion({ realm, text, person: ada }), { outcome: 'added', version })
    const [entry] = await desk.history(realm)
    assert.deepEqual([entry?.event, entry?.digest, entry?.actor], ['draft_added', version.digest, 'user:ada-id'])
    assert.deepEqual(entry?.facts, { name: 'ada', policy: 'office', revision: 7 })
    assert.equal(await desk.active(realm), undefined)
    desk.advance(1)
    assert.deepEqual(await desk.addVersion({ realm, text, person: bob }), { outcome: 'known', version })
    assert.equal((await desk.history(realm)).length, 1)
  })

  test('R9: a text that cannot be read, is too long, or has no digest of its own is not kept', async () => {
    const { desk, realm } = open()
    const whole = jsonPolicy()
    const fill = (length: number) => whole + ' '.repeat(length - whole.length)
    for (const text of ['no policy', jsonPolicy({ name: 'x' }).replace('"x"', '"\ud800"'), `${whole}\u0000`]) {
      assert.deepEqual(await desk.addVersion({ realm, text, person: ada }), {
        outcome: 'refused',
        reason: 'unreadable',
      })
    }
    const tooLong = await desk.addVersion({ realm, text: fill(longestDocument + 1), person: ada })
    assert.deepEqual(tooLong, { outcome: 'refused', reason: 'too_large' })
    assert.deepEqual(await desk.history(realm), [])
    assert.equal((await desk.addVersion({ realm, text: fill(longestDocument), person: ada })).outcome, 'added')
  })

  test('R1: deactivated, a realm has no policy; one person and a reason are enough, and the way back needs two', async () => {
    const { desk, realm } = open()
    const digest = await desk.add(realm, 3_600)
    const refusal = await desk.deactivate({ realm, person: ada, reason: because })
    assert.deepEqual(refusal, { outcome: 'refused', reason: 'nothing_active' })
    await desk.activateByTwo({ realm, digest, reason: because })
    const stricter = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest: stricter, person: bob, reason: because })
    const silent = await desk.deactivate({ realm, person: ada, reason: 'because' })
    assert.deepEqual(silent, { outcome: 'refused', reason: 'reason_missing' })
    assert.equal(await desk.active(realm), digest)
    assert.deepEqual(await desk.deactivate({ realm, person: ada, reason: because }), { outcome: 'deactivated', digest })
    assert.equal(await desk.active(realm), undefined)
    assert.equal(await desk.proposal(realm), undefined)
    assert.deepEqual((await desk.events(realm)).slice(-2), ['deactivated', 'proposal_withdrawn'])
    assert.equal((await desk.activatePolicy({ realm, digest, person: ada, reason: because })).outcome, 'proposed')
    assert.equal(verifyPolicyChain(sha256, await desk.history(realm)), undefined)
  })

  test('the fallback is switched off at once and on again, for a realm and for a client, each with its row', async () => {
    const { desk, realm } = open()
    const turn = async (to: 'off' | 'on', client?: string) =>
      (await desk.switchFallback({ realm, client, to, person: ada, reason: because })).outcome
    const inForce = (client: string) => store.unitOfWork((tx) => tx.policies.inForce(realm, client, desk.clock()))
    assert.deepEqual(
      [await turn('on'), await turn('off'), await turn('off')],
      ['not_off', 'switched_off', 'already_off'],
    )
    assert.equal(await turn('off', 'app'), 'switched_off')
    assert.deepEqual([(await inForce('app')).switchedOff, (await inForce('wiki')).switchedOff], ['realm', 'realm'])
    assert.equal(await turn('on'), 'switched_on')
    assert.deepEqual([(await inForce('app')).switchedOff, (await inForce('wiki')).switchedOff], ['client', undefined])
    assert.equal(await turn('on', 'app'), 'switched_on')
    assert.equal((await inForce('app')).switchedOff, undefined)
    const entries = await desk.history(realm)
    assert.deepEqual(
      entries.map(({ event, facts, actor }) => [event, facts['client'], facts['reason'], actor]),
      [
        ['switched_off', null, because, 'user:ada-id'],
        ['switched_off', 'app', because, 'user:ada-id'],
        ['switched_on', null, because, 'user:ada-id'],
        ['switched_on', 'app', because, 'user:ada-id'],
      ],
    )
  })

  test('a switch without a reason, or for a client that is none, changes nothing', async () => {
    const { desk, realm } = open()
    const ask = { realm, to: 'off' as const, person: ada, reason: because }
    const silent = await desk.switchFallback({ ...ask, reason: 'too short' })
    assert.deepEqual(silent, { outcome: 'refused', reason: 'reason_missing' })
    for (const client of ['', 'x'.repeat(256), 'app\u0000', '\ud800']) {
      const refused = await desk.switchFallback({ ...ask, client })
      assert.deepEqual(refused, { outcome: 'refused', reason: 'client_malformed' })
    }
    assert.deepEqual(await desk.history(realm), [])
    assert.equal((await desk.switchFallback({ ...ask, client: 'x'.repeat(255) })).outcome, 'switched_off')
  })

  test('R6: a proposal is withdrawn by anyone, once, and only the one they saw', async () => {
    const { desk, realm } = open()
    const digest = await desk.add(realm, 3_600)
    await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    const other = await desk.withdraw({ realm, digest: 'e'.repeat(64), person: bob })
    assert.deepEqual(other, { outcome: 'refused', reason: 'not_proposed' })
    assert.deepEqual(await desk.withdraw({ realm, digest, person: bob }), { outcome: 'withdrawn' })
    const again = await desk.withdraw({ realm, digest, person: bob })
    assert.deepEqual(again, { outcome: 'refused', reason: 'not_proposed' })
    const { event, actor, facts } = (await desk.history(realm)).at(-1) ?? assert.fail()
    assert.deepEqual(
      [event, actor, facts],
      ['proposal_withdrawn', 'user:bob-id', { name: 'bob', cause: 'withdrawn', proposedBy: 'user:ada-id' }],
    )
    assert.equal((await desk.activatePolicy({ realm, digest, person: bob, reason: because })).outcome, 'proposed')
  })
})
