import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DeriveFacts } from '../../../../bridge/app/policy/policy-ports.ts'
import { createReplayCases, type Redecided, type Verified } from '../../../../bridge/app/policy/replay-cases.ts'
import { summariseReplay } from '../../../../bridge/app/policy/summarise-replay.ts'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import { asId, type CaseId, type RealmName } from '../../../../bridge/domain/ids.ts'
import { decide } from '../../../../bridge/domain/policy/decide.ts'
import type { Decision } from '../../../../bridge/domain/policy/decision.ts'
import type { Facts } from '../../../../bridge/domain/policy/facts.ts'
import type { Policy } from '../../../../bridge/domain/policy/policy.ts'
import { deriveFacts } from '../../../../bridge/policy/derive-facts.ts'
import { binding } from '../../../support/builders.ts'
import { type JsonPolicyOptions, jsonPolicy, plainFacts, readJsonPolicy } from '../../../support/json-policy.ts'
import { freshRealm } from '../../../support/policy-desk.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

const at = Date.UTC(2026, 10, 24, 9)
const night = Date.UTC(2026, 10, 24, 22)

const policyOf = (differs: JsonPolicyOptions = {}): Policy => readJsonPolicy(jsonPolicy(differs)) ?? assert.fail()

describe('replaying cases', () => {
  let store: TestStore
  before(async () => {
    store = await openTestStore('sqlite')
  })
  after(() => store.close())

  const open = () => ({
    realm: freshRealm(),
    replay: createReplayCases({ unitOfWork: store.unitOfWork, readPolicy: readJsonPolicy, deriveFacts, sha256 }),
  })

  const addVersion = (realm: RealmName, text: string, digest = sha256(text)) =>
    store.unitOfWork((tx) =>
      tx.policies.addVersion({ realm, digest, name: 'x', revision: 1, engine: 1, text, addedAt: 1, addedBy: 'x' }),
    )

  /** Stores a case as it was decided under a policy, or as `decision` says. */
  const decided = async (
    realm: RealmName,
    facts: Facts,
    policy: Policy,
    decision: Decision = decide(policy, facts),
  ) => {
    const number = (
      await store.unitOfWork((tx) => tx.decisions.page(realm, { since: 0, after: undefined, count: 9_999 }))
    ).length
    const id: CaseId = asId(`fb-${realm}-${String(number).padStart(4, '0')}`)
    await store.unitOfWork(async (tx) => {
      await tx.cases.insert({
        ...binding({ realm, user: asId(`user-${number}`) }),
        id,
        state: 'denied',
        version: 1,
        profile: 'standard',
        policyDigest: policy.digest,
        path: undefined,
        offered: [],
        failureClass: 'other',
        attempts: 0,
        pendingAttempt: undefined,
        openedAt: facts.at,
        expiresAt: facts.at,
        grantedAt: undefined,
        endsAt: undefined,
      })
      await tx.decisions.insert({ realm, case: id, at: facts.at, policyDigest: policy.digest, facts, decision })
    })
    return id
  }

  const factsAt = (time: number, policy: Policy, differs: Partial<Facts> = {}): Facts =>
    deriveFacts(policy, plainFacts({ at: time, ...differs }), asId('user-ada'))

  const all = async <Item>(items: AsyncIterable<Item>): Promise<Item[]> => {
    const list: Item[] = []
    for await (const item of items) list.push(item)
    return list
  }
  const verify = (of: ReturnType<typeof open>, since = 0): Promise<Verified[]> =>
    all(of.replay.verify({ realm: of.realm, since }))
  const against = (of: ReturnType<typeof open>, draft: Policy): Promise<Redecided[]> =>
    all(of.replay.against(draft, { realm: of.realm, since: 0 }))

  test('R9 I13: every stored case decides the same again under its own version, byte for byte', async () => {
    const of = open()
    const [first, second] = [policyOf(), policyOf({ sessionSeconds: 1_800 })]
    for (const policy of [first, second])
      await addVersion(of.realm, jsonPolicy({ sessionSeconds: policy === first ? 3_600 : 1_800 }))
    const ids = [
      await decided(of.realm, factsAt(at, first), first),
      await decided(of.realm, factsAt(night, first, { ip: '10.1.2.3' }), first),
      await decided(of.realm, factsAt(night + 1, second, { available: [] }), second),
    ]
    const verified = await verify(of)
    assert.deepEqual(
      verified.map((one) => [one.case, one.isSame]),
      ids.map((id) => [id, true]),
    )
    assert.equal((await verify(of, night + 1)).length, 1)
  })

  test('R9: a decision that comes out otherwise now is told with both texts', async () => {
    const of = open()
    const policy = policyOf()
    await addVersion(of.realm, jsonPolicy())
    const facts = factsAt(at, policy)
    const otherwise = decide(policyOf({ sessionSeconds: 60 }), facts)
    await decided(of.realm, facts, policy, otherwise)
    const [found] = await verify(of)
    assert.ok(found?.isSame === false && found.because === 'decision_differs')
    assert.match(found.stored, /"sessionSeconds":60/)
    assert.match(found.now, /"sessionSeconds":3600/)
  })

  test('R9: a case whose version is gone, changed or unreadable is told, never taken for the same', async () => {
    const of = open()
    const [gone, changed] = [policyOf({ revision: 2 }), policyOf({ revision: 3 })]
    await addVersion(of.realm, jsonPolicy({ revision: 4 }), changed.digest)
    await addVersion(of.realm, 'no policy')
    const unreadable = { ...policyOf(), digest: sha256('no policy') }
    for (const policy of [gone, changed, unreadable]) await decided(of.realm, factsAt(at, policy), policy)
    assert.deepEqual(
      (await verify(of)).map((one) => one.isSame === false && one.because),
      ['version_missing', 'version_changed', 'version_unreadable'],
    )
  })

  test('R27: a draft tells who would wait, be stopped, have other terms or grounds, or see no difference', async () => {
    const of = open()
    const policy = policyOf()
    await decided(of.realm, factsAt(at, policy), policy)
    await decided(of.realm, factsAt(night, policy), policy)
    await decided(of.realm, factsAt(at + 1, policy, { available: [] }), policy)
    const changesUnder = async (draft: Policy) => (await against(of, draft)).map(({ change }) => change)
    assert.deepEqual(await changesUnder(policy), ['unchanged', 'unchanged', 'unchanged'])
    assert.deepEqual(await changesUnder(policyOf({ sessionSeconds: 60 })), [
      'other_details',
      'unchanged',
      'other_details',
    ])
    assert.deepEqual(await changesUnder(policyOf({ profile: { minimumBand: 'approval' } })), [
      'would_wait',
      'other_details',
      'unchanged',
    ])
    assert.deepEqual(await changesUnder(policyOf({ rules: [] })), [
      'would_be_stopped',
      'other_details',
      'would_be_stopped',
    ])
  })

  test('R27: zones and hours are the draft’s, worked out anew from the plain facts', async () => {
    const of = open()
    const policy = policyOf()
    await decided(of.realm, factsAt(night, policy), policy)
    const [stored] = await against(of, policy)
    assert.deepEqual([stored?.before.outcome, stored?.change], ['escalate', 'unchanged'])
    const always = policyOf({
      hours: { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' },
    })
    const [found] = await against(of, always)
    assert.deepEqual(
      [found?.change, found?.profile, found?.before.outcome, found?.after.outcome],
      ['would_be_let_in', 'standard', 'escalate', 'grant_alternate'],
    )
    const seen: Facts[] = []
    const spy: DeriveFacts = (draft, facts) => {
      seen.push(facts)
      return deriveFacts(draft, facts)
    }
    const replay = createReplayCases({
      unitOfWork: store.unitOfWork,
      readPolicy: readJsonPolicy,
      deriveFacts: spy,
      sha256,
    })
    await all(replay.verify({ realm: of.realm, since: 0 }))
    assert.deepEqual(seen, [], 'what is verified is decided on the stored facts themselves')
  })

  test('cases of another realm are left out, and progress is told page by page', async () => {
    const of = open()
    const policy = policyOf()
    for (let index = 0; index < 501; index += 1) await decided(of.realm, factsAt(at + index, policy), policy)
    const told: { done: number; at: number }[] = []
    const range = { realm: of.realm, since: 0, onProgress: (one: { done: number; at: number }) => told.push(one) }
    assert.equal((await all(of.replay.against(policy, range))).length, 501)
    assert.deepEqual(told, [
      { done: 500, at: at + 499 },
      { done: 501, at: at + 500 },
    ])
    assert.deepEqual(await against({ ...of, realm: freshRealm() }, policy), [])
  })

  test('the summary counts each change, in all and by profile', async () => {
    const none = { unchanged: 0, other_details: 0, would_be_let_in: 0, would_wait: 0, would_be_stopped: 0 }
    const cases = [
      { change: 'would_wait', profile: 'standard' },
      { change: 'would_wait', profile: 'privileged' },
      { change: 'unchanged', profile: 'standard' },
      { change: 'would_be_stopped', profile: null },
    ] as const
    assert.deepEqual(await summariseReplay(cases), {
      cases: 4,
      counts: { ...none, would_wait: 2, unchanged: 1, would_be_stopped: 1 },
      byProfile: {
        standard: { ...none, would_wait: 1, unchanged: 1 },
        privileged: { ...none, would_wait: 1 },
        none: { ...none, would_be_stopped: 1 },
      },
    })
  })
})
