import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { verifyChain } from '../../bridge/domain/history.ts'
import { asId, type CaseId } from '../../bridge/domain/ids.ts'
import { readHistory } from '../../bridge/store/history-reader.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { type SigningRealm, stepClaims } from '../support/signing-realm.ts'
import { codeAt, stepMs } from '../support/step-bridge.ts'
import type { StepProcessOptions } from '../support/step-process.ts'
import {
  createStepProcessKeys,
  type StepProcess,
  type StepProcessKeys,
  startStepProcess,
} from '../support/step-process-client.ts'
import { openTestStore } from '../support/test-store.ts'

/** Crashes for each point and engine; the campaign `npm run test:crash` makes more. */
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 2)

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`kill -9 on ${engine}`, () => {
    let url: string
    let cleanUp: () => Promise<void>
    let realm: SigningRealm
    let keys: StepProcessKeys
    let child: StepProcess | undefined
    let now = 1_800_000_000_000

    before(async () => {
      const store = await openTestStore(engine)
      url = store.url
      await store.database.close()
      cleanUp = store.close
      ;({ realm, keys } = await createStepProcessKeys())
    })
    after(async () => {
      await stop()
      await cleanUp()
    })

    const start = async (die?: StepProcessOptions['die']): Promise<void> => {
      child = await startStepProcess({ url, now, ...keys, ...(die === undefined ? {} : { die }) })
    }
    const stop = async (): Promise<void> => {
      await child?.kill()
      child = undefined
    }
    /** The answer's claims, the problem's code, or `undefined` where the connection broke. */
    const ask = async (differs: Record<string, unknown>): Promise<Record<string, unknown> | undefined> => {
      const body = await realm.sign(stepClaims(realm, now, differs))
      try {
        const response = await fetch(child?.url ?? '', {
          method: 'POST',
          headers: { 'Content-Type': 'application/jwt' },
          body,
        })
        const text = await response.text()
        return response.ok ? decodeJwt(text) : JSON.parse(text)
      } catch {
        return undefined
      }
    }
    const enrol = async () => {
      const login = { sub: randomUUID(), sid: 'e', tab: 'e', execution: 'enrol', failure: undefined }
      const names = { label: 'ada', issuer: 'Demo' }
      const begun = await ask({ ...login, action: 'begin_enrolment', input: names })
      const secret = String(begun?.['secret'])
      const input = { ...names, factor: begun?.['factor'], code: codeAt(secret, now) }
      assert.equal((await ask({ ...login, action: 'confirm_enrolment', input }))?.['kind'], 'enrolled')
      return { sub: login.sub, secret, factors: [{ type: 'bridge-totp', handle: begun?.['factor'] }] }
    }
    /** What the database says of a user: codes refused and granted, and whether every history verifies. */
    const inspect = async (user: string) => {
      const database = await openDatabase(url, { sha256, clock: () => now, log: { info() {}, warn() {}, error() {} } })
      const { rows } = await sql<{ id: CaseId; state: string }>`
        select id, state from fallback_case where user_id = ${user}`.execute(database.kysely)
      const events: string[] = []
      for (const { id } of rows) {
        const history = await readHistory(database.kysely, asId('demo'), id)
        assert.equal(verifyChain(sha256, history), undefined)
        events.push(...history.map((entry) => entry.event))
      }
      const outbox = await sql<{ name: string }>`select name from override_event where user_id = ${user}`.execute(
        database.kysely,
      )
      await database.close()
      return { states: rows.map((row) => row.state), events, overrides: outbox.rows.map((row) => row.name) }
    }

    for (const at of ['before-commit', 'after-commit'] as const) {
      test(`I2 I6 K16: killed ${at}, a right code gives one success at most, and none without its record`, async () => {
        for (let round = 0; round < rounds; round += 1) {
          now += 10 * stepMs
          await start()
          const { sub, secret, factors } = await enrol()
          await stop()
          now += stepMs
          // The first transaction opens the case, the second looks whom the grant depends on, the third judges the code.
          await start({ at, transaction: 3 })
          const login = { sub, factors, sid: randomUUID() }
          assert.equal((await ask(login))?.['kind'], 'code')
          const submission = {
            ...login,
            action: 'submit',
            operation: randomUUID(),
            input: { code: codeAt(secret, now) },
          }
          assert.equal(await ask(submission), undefined)
          await stop()
          const afterCrash = await inspect(sub)
          const committed = at === 'after-commit'
          assert.deepEqual(afterCrash.states, [committed ? 'granted' : 'awaiting_factor'])
          assert.equal(afterCrash.events.includes('grant'), committed)
          assert.equal(afterCrash.overrides.includes('GRANT_ISSUED'), committed)

          await start()
          // A second click is another operation; only the jar's own retry may learn the lost answer.
          const click = await ask({ ...submission, operation: randomUUID() })
          assert.equal(click?.[committed ? 'reason' : 'kind'], committed ? 'already_used' : 'granted')
          const retry = await ask(submission)
          assert.equal(retry?.[committed ? 'kind' : 'reason'], committed ? 'granted' : 'already_used')
          const elsewhere = { sub, factors, sid: randomUUID() }
          await ask(elsewhere)
          const again = await ask({ ...elsewhere, action: 'submit', input: { code: codeAt(secret, now) } })
          assert.equal(again?.['error'], 'invalid_code')
          await stop()
          const end = await inspect(sub)
          assert.equal(end.events.filter((event) => event === 'grant').length, 1)
          assert.equal(end.overrides.filter((name) => name === 'GRANT_ISSUED').length, 1)
        }
      })
    }

    test('I3 K16: killed while judging a wrong code, the attempt counts once it was committed', async () => {
      now += 10 * stepMs
      await start()
      const { sub, factors } = await enrol()
      await stop()
      await start({ at: 'after-commit', transaction: 3 })
      const login = { sub, factors, sid: randomUUID() }
      await ask(login)
      assert.equal(await ask({ ...login, action: 'submit', input: { code: 'wrong' } }), undefined)
      await stop()
      await start()
      assert.equal((await ask(login))?.['attemptsLeft'], 4)
      await stop()
    })

    test('K04: a request that was answered is refused again after a restart', async () => {
      now += 10 * stepMs
      await start()
      const jti = randomUUID()
      assert.equal((await ask({ jti }))?.['kind'], 'denied')
      await stop()
      await start()
      assert.equal((await ask({ jti }))?.['code'], 'request_replayed')
      await stop()
    })
  })
}
