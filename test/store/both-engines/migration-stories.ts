import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once as onceEmitted } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { readHistory } from '../../../bridge/store/history-reader.ts'
import { type Migration, migrate } from '../../../bridge/store/migrate.ts'
import { migrations } from '../../../bridge/store/migrations/all.ts'
import { openDatabase } from '../../../bridge/store/open-database.ts'
import { openPostgres } from '../../../bridge/store/open-postgres.ts'
import { openSqlite } from '../../../bridge/store/open-sqlite.ts'
import { createUnitOfWork } from '../../../bridge/store/unit-of-work.ts'
import { type OpenStore, openDeps, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, freshCase, freshEvent, freshFactor, once, record } from './fixtures.ts'
import { denied, freshFacts } from './policy-fixtures.ts'

const dyingProcess = fileURLToPath(new URL('./die-while-migrating.ts', import.meta.url))

export const migrationStories = (engine: TestEngine): void => {
  describe('the migrations', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const next = (...statements: string[]): Migration[] => [
      ...migrations,
      { number: migrations.length + 1, name: 'next', statements: () => statements },
    ]
    const applied = async (of: OpenStore) =>
      (await execute(of, 'select number, name, applied_at from schema_migration order by number')).map((row) => ({
        ...(row as object),
      }))
    const expected = migrations.map(({ number, name }) => ({ number, name, applied_at: at }))

    test('D13: an empty database gets every migration, in order and dated', async () => {
      assert.deepEqual(await applied(store), expected)
      assert.deepEqual(
        migrations.map((migration) => migration.number),
        migrations.map((_, index) => index + 1),
      )
    })

    test('D13: migrating again changes nothing', async () => {
      await migrate(store.database, migrations, { ...openDeps, clock: () => 0 })
      assert.deepEqual(await applied(store), expected)
    })

    test('D13: a migration that fails in its middle leaves nothing of itself, and can be repeated', async () => {
      const interrupted = await engine.openStore()
      const half = next('create table half (number integer)', 'create table nonsense (')
      await assert.rejects(migrate(interrupted.database, half, openDeps))
      assert.deepEqual(await applied(interrupted), expected)
      await assert.rejects(execute(interrupted, 'select * from half'))
      await migrate(interrupted.database, next('create table half (number integer)'), openDeps)
      assert.deepEqual(await execute(interrupted, 'select * from half'), [])
      await interrupted.close()
    })

    test('D13: a process killed in the middle of each migration leaves what was committed, and the next start goes on', async () => {
      for (const { number } of migrations) {
        const url = await engine.createUrl()
        const dying = spawn(process.execPath, [dyingProcess, url, String(number)], { stdio: 'ignore' })
        const [, signal] = await onceEmitted(dying, 'exit')
        assert.equal(signal, 'SIGKILL')
        const healed = await engine.openStore(url)
        assert.deepEqual(await applied(healed), expected)
        await healed.close()
      }
    })

    test('D13: a database of the version before policies were kept is brought up, and every row of it stays', async () => {
      const url = await engine.createUrl()
      const old =
        engine.name === 'sqlite' ? openSqlite(url.slice('sqlite:'.length)) : await openPostgres(url, openDeps, 10_000)
      await migrate(old, migrations.slice(0, 2), openDeps)
      const oldUnitOfWork = createUnitOfWork(old, { sha256 })
      const fresh = freshCase()
      await oldUnitOfWork(async (tx) => {
        await tx.subjects.countAttempt(demo, fresh.user)
        await tx.cases.insert(fresh)
        await tx.history.append(record(fresh))
        await tx.factors.insert(freshFactor())
        await tx.outbox.insert(freshEvent())
      })
      await old.close()
      const upgraded = await engine.openStore(url)
      assert.deepEqual(await applied(upgraded), expected)
      assert.deepEqual(await once(upgraded, (tx) => tx.cases.find(demo, fresh.id)), fresh)
      assert.equal((await readHistory(upgraded.database.kysely, demo, fresh.id)).length, 1)
      assert.equal((await once(upgraded, (tx) => tx.subjects.lock(demo, fresh.user))).failuresSinceLock, 1)
      assert.equal((await once(upgraded, (tx) => tx.outbox.summary())).due, 1)
      assert.equal((await once(upgraded, (tx) => tx.policies.inForce(demo, 'app', at))).digest, undefined)
      const decision = { realm: demo, case: fresh.id, at, policyDigest: fresh.policyDigest }
      await once(upgraded, (tx) => tx.decisions.insert({ ...decision, facts: freshFacts(), decision: denied }))
      await upgraded.close()
    })

    test('D13: a database of a newer version is refused with a sentence', async () => {
      const newer = await engine.openStore()
      await migrate(newer.database, next('create table from_the_future (number integer)'), openDeps)
      await newer.close()
      const sentence = `made by a newer version of the bridge: migration ${migrations.length + 1} `
      await assert.rejects(openDatabase(newer.url, openDeps), new RegExp(sentence))
    })

    test('D13: a migration that is not the one the database was made with is refused with a sentence', async () => {
      const changed = migrations.map((migration) =>
        migration.number === 1
          ? { ...migration, statements: () => ['create table other (number integer)'] }
          : migration,
      )
      await assert.rejects(migrate(store.database, changed, openDeps), /made differently: migration 1 /)
    })

    test('a URL of neither database is refused, and its text is not quoted', async () => {
      await assert.rejects(openDatabase('mysql://user:secret@host/db', openDeps), (error: Error) => {
        assert.match(error.message, /must begin with sqlite: or postgres:/)
        assert.doesNotMatch(error.message, /secret/)
        return true
      })
    })

    test('every store works on a migrated database', async () => {
      assert.equal(await once(store, (tx) => tx.requests.claim(demo, 'works', at)), true)
    })
  })
}
