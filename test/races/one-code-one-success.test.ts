import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { stepClaims } from '../support/signing-realm.ts'
import {
  codeAt,
  createInstallation,
  createStepBridge,
  type Reply,
  type StepBridge,
  stepMs,
  wrongCode,
} from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** Rounds of each race; the campaign `npm run test:races` runs more. */
const rounds = Number(process.env['RACE_ROUNDS'] ?? 8)
const parallel = 30

/** Two replicas on one PostgreSQL, or two on one SQLite connection: requests alternate between them. */
for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`races on ${engine}`, () => {
    const stores: TestStore[] = []
    let bridges: StepBridge[] = []
    let secret: string
    let factors: unknown

    before(async () => {
      const installation = await createInstallation()
      const first = await openTestStore(engine)
      stores.push(first)
      if (engine === 'postgres') stores.push(await openTestStore(engine, first.url))
      bridges = await Promise.all([0, 1].map((at) => createStepBridge({ store: stores[at] ?? first, installation })))
      ;({ secret, factors } = await bridge(0).enrol())
    })
    after(async () => {
      for (const store of stores) await store.close()
    })

    const bridge = (at: number): StepBridge => bridges[at % 2] as StepBridge
    /** Signs all requests first, then releases them together. */
    const atBarrier = async (requests: readonly Record<string, unknown>[]): Promise<readonly Reply[]> => {
      const { realm, now } = bridge(0)
      const bodies = await Promise.all(
        requests.map((differs) => realm.sign(stepClaims(realm, now(), { factors, ...differs }))),
      )
      return Promise.all(bodies.map((body, at) => bridge(at).post(body)))
    }
    const copies = (request: () => Record<string, unknown>) => Array.from({ length: parallel }, request)
    const granted = (replies: readonly Reply[]) => replies.filter((reply) => reply.answer['kind'] === 'granted').length
    const login = () => ({ sid: randomUUID() })
    const nextStep = () => bridge(0).advance(24 * 3_600_000 + stepMs)
    const begin = (differs: Record<string, unknown>) => bridge(0).ask({ factors, ...differs })
    const right = () => codeAt(secret, bridge(0).now())

    test(`I2 B13: ${parallel} submissions of one right code in one login give one success`, async () => {
      for (let round = 0; round < rounds; round += 1) {
        nextStep()
        const own = login()
        await begin(own)
        const input = { code: right() }
        assert.equal(granted(await atBarrier(copies(() => ({ ...own, action: 'submit', input })))), 1)
      }
    })

    test('I2 B13 E2: one right code from many browsers at once gives one success at most', async () => {
      for (let round = 0; round < rounds; round += 1) {
        nextStep()
        const logins = [login(), login()]
        const begun = await atBarrier(logins)
        assert.equal(begun.filter((reply) => reply.answer['kind'] === 'code').length, 2)
        const input = { code: right() }
        const submissions = copies(() => ({})).flatMap(() => logins.map((own) => ({ ...own, action: 'submit', input })))
        const replies = await atBarrier(submissions)
        assert.equal(granted(replies), 1)
      }
    })

    test(`B12 I3: of ${parallel} wrong codes at once exactly five are judged`, async () => {
      for (let round = 0; round < rounds; round += 1) {
        nextStep()
        const own = login()
        await begin(own)
        const input = { code: wrongCode(secret, bridge(0).now()) }
        const replies = await atBarrier(copies(() => ({ ...own, action: 'submit', input })))
        const judged = replies.filter(
          ({ answer }) => answer['error'] === 'invalid_code' || answer['wrongCode'] === true,
        )
        assert.equal(judged.length, 5)
      }
    })

    test('K04: of many copies of one request exactly one is answered', async () => {
      for (let round = 0; round < rounds; round += 1) {
        nextStep()
        const { realm, now } = bridge(0)
        const body = await realm.sign(stepClaims(realm, now(), { factors, ...login() }))
        const replies = await Promise.all(copies(() => ({})).map((_, at) => bridge(at).post(body)))
        assert.equal(replies.filter((reply) => reply.status === 200).length, 1)
        assert.equal(replies.filter((reply) => reply.code === 'request_replayed').length, parallel - 1)
      }
    })

    test('K15: an operation retried many times at once is done once, and every retry gets its answer', async () => {
      for (let round = 0; round < rounds; round += 1) {
        nextStep()
        const own = login()
        await begin(own)
        const operation = randomUUID()
        const input = { code: right() }
        const replies = await atBarrier(copies(() => ({ ...own, operation, action: 'submit', input })))
        assert.equal(granted(replies), parallel)
        assert.equal(new Set(replies.map((reply) => reply.answer['endsAt'])).size, 1)
      }
      const grants = (await (stores[0] as TestStore).historyEvents()).filter((event) => event === 'grant')
      assert.equal(grants.length, rounds * 3)
    })
  })
}
