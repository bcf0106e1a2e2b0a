import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once as onceEmitted } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Migration, migrate } from '../../bridge/store/migrate.ts'
import { migrations } from '../../bridge/store/migrations/all.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { ensureProgram } from '../../keycloak-config/server/debian-package.ts'
import { runBridge } from '../support/bridge-process.ts'
import { eachEngine, type OpenStore, openDeps, type TestEngine } from '../support/each-engine.ts'
import { leastEnvironment } from '../support/settings-environment.ts'
import { execute } from './both-engines/fixtures.ts'
import { assertChains, assertJobsInOrder, finishOldJobs, submitOpenCase } from './upgrade/go-on.ts'
import { createOldDatabase, migrateTo, openAsItIs } from './upgrade/old-database.ts'
import { rowsOfTable, type Snapshot, takeSnapshot, withColumns } from './upgrade/schema.ts'

const dyingProcess = fileURLToPath(new URL('./both-engines/die-while-migrating.ts', import.meta.url))
const newest = migrations.length
/** From then on a case keeps the decision it was opened with, without which no code is taken. */
const decisionsSince = 3

const snapshotOf = async (url: string): Promise<Snapshot> => {
  const database = await openAsItIs(url)
  try {
    return await takeSnapshot(database)
  } finally {
    await database.close()
  }
}

const upgrade = async (url: string, to: number): Promise<void> => {
  const database = await openAsItIs(url)
  try {
    await migrateTo(database, to)
  } finally {
    await database.close()
  }
}

/** Every table, column, value, trigger, index and foreign key of the old database is in the new one. */
const assertNothingLost = (before: Snapshot, after: Snapshot): void => {
  for (const [table, { columns, rows }] of before.tables) {
    if (table === 'schema_migration') continue
    const now = after.tables.get(table)
    assert.ok(now, `${table} is gone`)
    assert.deepEqual(
      columns.filter((column) => !now.columns.includes(column)),
      [],
      `columns of ${table}`,
    )
    assert.deepEqual(withColumns(now.rows, columns), withColumns(rows, columns), table)
  }
  assert.deepEqual(
    before.guards.filter((guard) => !after.guards.includes(guard)),
    [],
    'triggers, indexes and foreign keys',
  )
}

/** What the database itself refuses, whoever asks. */
const forbidden: Readonly<Record<string, string>> = {
  'a history is changed': `update case_history set actor = 'user:eve'`,
  'a history is cut': 'delete from case_history where seq > 1',
  'an override event is changed': `update override_event set representation = '{}'`,
  'an override event is deleted': 'delete from override_event',
  'a confirmed event is taken back': `update override_event set state = 'due', confirmed_at = null where state = 'confirmed'`,
  'an attempt is uncounted': 'update fallback_case set attempts = attempts - 1 where attempts > 0',
  'a used time step comes back': 'update factor set last_step = last_step - 1 where last_step is not null',
  'a user has two open cases': `update fallback_case set state = 'awaiting_factor' where user_id = 'user-superseded'`,
  'a case has a state that is none': `update fallback_case set state = 'let_in'`,
  'a case is granted without a path': `update fallback_case set state = 'granted', path = null where state = 'denied'`,
  'a case is gone whose history stays': 'delete from fallback_case',
  'a case belongs to a realm that its history does not': `update fallback_case set realm = 'third'`,
  'a decision is changed': `update case_decision set decision = '{}'`,
  'a decision is deleted': 'delete from case_decision',
  'a policy version is changed': `update policy_version set text = 'other'`,
  'a policy history is cut': 'delete from policy_history where seq > 1',
}
/** In the words of a constraint of either engine, or of one of our triggers. */
const refusal = /constraint|append-only|never (uncounted|comes back)|stays confirmed/

const assertStillForbidden = async (store: OpenStore): Promise<void> => {
  for (const [what, statement] of Object.entries(forbidden)) {
    // A trigger for rows refuses nothing where there is none.
    const [, table = ''] = statement.match(/^(?:update|delete from) (\w+)/) ?? []
    if ((await rowsOfTable(store.database, table)).length === 0) continue
    await assert.rejects(execute(store, statement), (error: Error) => refusal.test(error.message), what)
  }
}

describe('an upgrade of a database with data', () => {
  eachEngine((engine) => {
    /** On the database as it now stands; `answered` is what the person waiting with an open case gets. */
    const assertEverythingGoesOn = async (url: string, answered: readonly unknown[]): Promise<void> => {
      const store = await engine.openStore(url)
      await assertChains(store)
      const { kind, reason } = await submitOpenCase(store)
      assert.deepEqual([kind, reason], answered)
      await finishOldJobs(store)
      await assertJobsInOrder(store)
      await assertChains(store)
      await assertStillForbidden(store)
      await store.close()
    }

    test('a database that needs no migration goes on: histories verify, open cases, jobs, and what it refuses', async () => {
      await assertEverythingGoesOn(await createOldDatabase(engine, newest), ['granted', undefined])
    })

    for (const { number, name } of migrations.slice(1)) {
      describe(`by migration ${number}, ${name}`, () => {
        test('D13: the database before it has rows in every table and a case in every state', async () => {
          const { tables } = await snapshotOf(await createOldDatabase(engine, number - 1))
          const empty = [...tables].filter(([, { rows }]) => rows.length === 0).map(([table]) => table)
          assert.deepEqual(empty, [], `write rows at migration ${number - 1}: test/store/upgrade/write-rows.ts`)
          const states = new Set(tables.get('fallback_case')?.rows.map(({ state }) => state))
          assert.ok(states.size >= 9, [...states].join())
        })

        test('D13 I8: keeps every row, value, trigger, index and foreign key, also when killed in its middle first', async () => {
          const url = await createOldDatabase(engine, number - 1)
          const before = await snapshotOf(url)
          const dying = spawn(process.execPath, [dyingProcess, url, '1'], { stdio: 'ignore' })
          const [, signal] = await onceEmitted(dying, 'exit')
          assert.equal(signal, 'SIGKILL')
          assert.deepEqual(await snapshotOf(url), before)
          await upgrade(url, number)
          assertNothingLost(before, await snapshotOf(url))
        })

        test('D13: then everything goes on: histories verify, open cases, jobs, and what the database refuses', async () => {
          // A case opened before decisions were kept is refused, and never lets anybody in.
          const answered = number > decisionsSince ? ['granted', undefined] : ['denied', 'not_found']
          await assertEverythingGoesOn(await createOldDatabase(engine, number - 1), answered)
        })

        test('D13: a backup made before it is, restored, the database of the older version again', async () => {
          const url = await createOldDatabase(engine, number - 1)
          const before = await snapshotOf(url)
          const backup = await backUp(engine, url)
          await upgrade(url, newest)
          const restored = await backup.restore()
          await upgrade(restored, number - 1)
          assert.deepEqual(await snapshotOf(restored), before)
          backup.forget()
        })
      })
    }

    test('D13: an older bridge refuses a newer database, says what to do, and leaves it as it is', async () => {
      const url = await createOldDatabase(engine, newest)
      const future: Migration = {
        number: newest + 1,
        name: 'future',
        statements: () => ['create table future (a text)'],
      }
      const database = await openAsItIs(url)
      await migrate(database, [...migrations, future], openDeps)
      await database.close()
      const before = await snapshotOf(url)
      const sentence = new RegExp(
        `^The database was made by a newer version of the bridge: migration ${newest + 1} is unknown here\\. ` +
          'Start that version, or restore the backup made before the upgrade\\.$',
      )
      await assert.rejects(openDatabase(url, openDeps), { message: sentence })
      await assert.rejects(openDatabase(url, { ...openDeps, beside: true }), { message: sentence })
      const { code, errors, output } = await runBridge(leastEnvironment({ FALLBACK_BRIDGE_DATABASE_URL: url })).ended
      assert.deepEqual([code, output], [78, ''])
      assert.match(errors.trim(), sentence)
      assert.deepEqual(await snapshotOf(url), before)
    })
  })
})

/** A backup as docs/operations.md has it made; `restore` gives the URL of a database made of it. */
const backUp = async (engine: TestEngine, url: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-backup-'))
  const file = join(folder, 'backup')
  const forget = () => rmSync(folder, { recursive: true, force: true })
  if (engine.name === 'sqlite') {
    const database = await openAsItIs(url)
    await sql.raw(`vacuum into '${file}'`).execute(database.kysely)
    await database.close()
    return { restore: async () => `sqlite:${file}`, forget }
  }
  const programs = await ensureProgram('postgres', () => {})
  execFileSync(join(programs, 'pg_dump'), ['--format=custom', `--file=${file}`, `--dbname=${url}`])
  return {
    restore: async () => {
      const empty = await engine.createUrl()
      execFileSync(join(programs, 'pg_restore'), ['--exit-on-error', `--dbname=${empty}`, file])
      return empty
    },
    forget,
  }
}
