import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import type { Log } from '../../bridge/app/ports.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { migrationLock } from '../../bridge/store/migrate.ts'
import { migrations } from '../../bridge/store/migrations/all.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { createBarrier } from '../support/barrier.ts'
import { createEngine, type OpenStore, openDeps, rejections } from '../support/each-engine.ts'
import { sharedPostgres } from '../support/postgres.ts'
import { at, demo, execute, freshFactor, isCode, once } from './both-engines/fixtures.ts'

const nameOf = (url: string) => new URL(url).pathname.slice(1)

describe('PostgreSQL', () => {
  const engine = createEngine('postgres')
  let admin: Client
  before(async () => {
    admin = new Client({ connectionString: (await sharedPostgres()).url })
    await admin.connect()
  })
  after(() => admin.end())

  const disconnectAll = (url: string) =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [nameOf(url)])

  /** Until the pool has noticed which of its idle connections are dead, work may still be denied. */
  const servesAgain = (store: OpenStore) =>
    waitUntil('the database serves again', () =>
      once(store, (tx) => tx.jobs.nextDue()).then(
        () => true,
        () => false,
      ),
    )

  test('I6 D07: a database that does not commit synchronously is refused with a sentence', async () => {
    for (const value of ['off', 'local', 'remote_write']) {
      const url = await engine.createUrl()
      await admin.query(`alter database ${nameOf(url)} set synchronous_commit = ${value}`)
      await assert.rejects(
        openDatabase(url, openDeps),
        new RegExp(`not durable: synchronous_commit is ${value}, not on`),
      )
    }
  })

  test('I6 D07: a connection that a running bridge makes anew is asked again, and work is denied', async () => {
    const store = await engine.openStore()
    await admin.query(`alter database ${nameOf(store.url)} set synchronous_commit = off`)
    await disconnectAll(store.url)
    for (let turn = 0; turn < 3; turn += 1) {
      await assert.rejects(
        once(store, (tx) => tx.subjects.countAttempt(demo, asId('ada'))),
        isCode('unavailable'),
      )
    }
    await admin.query(`alter database ${nameOf(store.url)} reset synchronous_commit`)
    await servesAgain(store)
    assert.equal((await once(store, (tx) => tx.subjects.countAttempt(demo, asId('ada')))).failuresSinceLock, 1)
    await store.close()
  })

  test('I5 I6: a connection lost within the work denies, leaves nothing, and the next work gets another', async () => {
    const store = await engine.openStore()
    const lost = once(store, async (tx) => {
      await tx.subjects.countAttempt(demo, asId('ada'))
      await disconnectAll(store.url)
      await tx.requests.claim(demo, 'after-the-loss', at)
    })
    await assert.rejects(lost, isCode('unavailable'))
    await servesAgain(store)
    assert.equal((await once(store, (tx) => tx.subjects.lock(demo, asId('ada')))).failuresSinceLock, 0)
    await store.close()
  })

  test('I5: a connection lost just before the commit denies, and the work is not run again', async () => {
    const store = await engine.openStore()
    let runs = 0
    const lost = once(store, async (tx) => {
      runs += 1
      await tx.subjects.countAttempt(demo, asId('ada'))
      await disconnectAll(store.url)
    })
    await assert.rejects(lost, isCode('unavailable'))
    assert.equal(runs, 1)
    await store.close()
  })

  test('I5: a database that takes no connections denies, and serves again when it does', async () => {
    const store = await engine.openStore()
    await admin.query(`alter database ${nameOf(store.url)} allow_connections false`)
    await disconnectAll(store.url)
    await assert.rejects(
      once(store, (tx) => tx.jobs.nextDue()),
      isCode('unavailable'),
    )
    await admin.query(`alter database ${nameOf(store.url)} allow_connections true`)
    assert.equal(await servesAgain(store), true)
    await store.close()
  })

  test('the loss of an idle connection is logged by name and ends nothing', async () => {
    const url = await engine.createUrl()
    const heard = Promise.withResolvers<unknown>()
    const log: Log = { info: () => {}, error: () => {}, warn: (message, fields) => heard.resolve([message, fields]) }
    const database = await openDatabase(url, { ...openDeps, log })
    await disconnectAll(url)
    assert.deepEqual(await heard.promise, ['an idle database connection was lost', { error: '57P01' }])
    await database.close()
  })

  test('a deadlock undoes one of the two, which runs once more; both are committed', async () => {
    const store = await engine.openStore()
    const barrier = createBarrier(2)
    const survivor = Promise.withResolvers<void>()
    const cross = async (first: string, second: string) => {
      let runs = 0
      await once(store, async (tx) => {
        runs += 1
        // Else the second run could take the first user again before the survivor has come to it.
        if (runs > 1) await survivor.promise
        await tx.subjects.countAttempt(demo, asId(first))
        await barrier()
        await tx.subjects.countAttempt(demo, asId(second))
      })
      survivor.resolve()
      return runs
    }
    const runs = await Promise.all([cross('ada', 'bob'), cross('bob', 'ada')])
    assert.deepEqual(runs.toSorted(), [1, 2])
    for (const user of ['ada', 'bob']) {
      assert.equal((await once(store, (tx) => tx.subjects.lock(demo, asId(user)))).failuresSinceLock, 2)
    }
    await store.close()
  })

  test('I2 B13: two replicas on one database accept one code once', async () => {
    const one = await engine.openStore()
    const two = await engine.openStore(one.url)
    const handles = Array.from({ length: 20 }, (_, index) =>
      asId<ReturnType<typeof freshFactor>['handle']>(`f-${index}`),
    )
    for (const handle of handles) await once(one, (tx) => tx.factors.insert(freshFactor({ handle })))
    for (const handle of handles) {
      const barrier = createBarrier(20)
      const use = (store: OpenStore) =>
        once(store, async (tx) => {
          await barrier()
          return tx.factors.consumeStep(demo, handle, 100)
        })
      const results = await Promise.all(Array.from({ length: 20 }, (_, index) => use(index % 2 === 0 ? one : two)))
      assert.equal(results.filter(Boolean).length, 1)
    }
    await Promise.all([one.close(), two.close()])
  })

  test('D13: replicas that start together on an empty database migrate it once', async () => {
    const url = await engine.createUrl()
    const stores = await Promise.all(Array.from({ length: 4 }, () => engine.openStore(url)))
    const [first] = stores
    assert.ok(first !== undefined)
    assert.equal((await execute(first, 'select 1 from schema_migration')).length, migrations.length)
    await Promise.all(stores.map((store) => store.close()))
  })

  test('D13: who starts while another replica migrates waits for it', async (t) => {
    const url = await engine.createUrl()
    const replica = new Client({ connectionString: url })
    t.after(() => replica.end())
    await replica.connect()
    await replica.query('begin')
    await replica.query('select pg_advisory_xact_lock($1)', [migrationLock])
    const opening = engine.openStore(url)
    await waitUntil('the second replica waits for the lock', async () => {
      const { rows } = await replica.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)
      return rows.length === 1
    })
    const { rows } = await replica.query(`select to_regclass('schema_migration') as made`)
    assert.deepEqual(rows, [{ made: null }])
    await replica.query('commit')
    await (await opening).close()
  })

  test('I2: whatever isolation the server prefers, work reads what is committed', async () => {
    const url = await engine.createUrl()
    await admin.query(`alter database ${nameOf(url)} set default_transaction_isolation = serializable`)
    const store = await engine.openStore(url)
    await once(store, (tx) => tx.subjects.lock(demo, asId('ada')))
    const results = await engine.race(store, 50, (tx) => tx.subjects.countAttempt(demo, asId('ada')))
    assert.deepEqual(rejections(results), [])
    assert.equal((await once(store, (tx) => tx.subjects.lock(demo, asId('ada')))).failuresSinceLock, 50)
    await store.close()
  })

  test('an integer beyond 53 bits is refused instead of rounded', async () => {
    const store = await engine.openStore()
    await execute(store, sql`insert into used_request values ('demo', 'huge', 9007199254740993)`)
    await assert.rejects(execute(store, 'select expires_at from used_request'), RangeError)
    await store.close()
  })
})
