import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once as onceEmitted } from 'node:events'
import { statSync, symlinkSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { asId } from '../../bridge/domain/ids.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { isNetworkFileSystem } from '../../bridge/store/sqlite-lock.ts'
import { makeDurable } from '../../bridge/store/sqlite-settings.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { createEngine, openDeps } from '../support/each-engine.ts'
import { at, demo, execute, freshCase, freshFactor, isCode, once, record } from './both-engines/fixtures.ts'

const holder = fileURLToPath(new URL('./hold-database.ts', import.meta.url))
const pathOf = (url: string) => url.slice('sqlite:'.length)

describe('the database file', () => {
  const engine = createEngine('sqlite')

  /** Another process that has the file open and has committed one used step. */
  const startHolder = async (t: TestContext, url: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['--expose-gc', holder, url], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => child.kill('SIGKILL'))
    const [line] = await onceEmitted(child.stdout ?? assert.fail(), 'data')
    assert.equal(String(line).trim(), 'open')
    return child
  }

  test('D12 I2: a second process is refused with a sentence; after a kill -9 of the first it gets in and finds all', async (t) => {
    const url = await engine.createUrl()
    const first = await startHolder(t, url)
    await assert.rejects(openDatabase(url, openDeps), /Another bridge has this database file open/)
    first.kill('SIGKILL')
    await onceEmitted(first, 'exit')
    const store = await engine.openStore(url)
    assert.equal(await once(store, (tx) => tx.factors.consumeStep(demo, freshFactor().handle, 100)), false)
    await store.close()
  })

  test('D12: the same process cannot open the file twice either, nor by another name of it', async () => {
    const store = await engine.openStore()
    const alias = `${pathOf(store.url)}.alias`
    symlinkSync(pathOf(store.url), alias)
    await assert.rejects(openDatabase(store.url, openDeps), /Another bridge has this database file open/)
    await assert.rejects(openDatabase(`sqlite:${alias}`, openDeps), /Another bridge has this database file open/)
    await store.close()
    const again = await engine.openStore(`sqlite:${alias}`)
    await again.close()
  })

  test('D12 R52: a command beside a running bridge shares its file, and what it writes is there for the bridge', async (t) => {
    const url = await engine.createUrl()
    await startHolder(t, url)
    const beside = await openDatabase(url, { ...openDeps, beside: true })
    const work = createUnitOfWork(beside, openDeps)
    assert.equal(await work((tx) => tx.factors.consumeStep(demo, freshFactor().handle, 100)), false)
    await work((tx) => tx.policies.switchOff({ realm: demo, client: undefined, by: 'user:a', at, reason: 'a drill' }))
    await beside.close()
    const again = await openDatabase(url, { ...openDeps, beside: true })
    const found = await createUnitOfWork(again, openDeps)((tx) => tx.policies.inForce(demo, 'app', at))
    assert.equal(found.switchedOff, 'realm')
    await again.close()
  })

  test('a command beside the bridge makes no database and migrates none', async () => {
    const url = await engine.createUrl()
    await assert.rejects(openDatabase(url, { ...openDeps, beside: true }), /There is no database file yet/)
    new DatabaseSync(pathOf(url)).close()
    await assert.rejects(openDatabase(url, { ...openDeps, beside: true }), /has not the tables of this version yet/)
  })

  test('D12: file systems reached over a network are refused, local ones are not', () => {
    assert.deepEqual([0x6969, 0xff534d42, 0xfe534d42, 0x517b].map(isNetworkFileSystem), [true, true, true, true])
    assert.deepEqual([0xef53, 0x58465342, 0x9123683e, 0x01021994].map(isNetworkFileSystem), [
      false,
      false,
      false,
      false,
    ])
  })

  test('I6 D07: commits are synchronous, the log is a WAL, foreign keys hold', async () => {
    const store = await engine.openStore()
    const settings = []
    for (const name of ['journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers', 'trusted_schema']) {
      const [row] = await execute(store, `pragma ${name}`)
      settings.push(Object.values(row ?? {})[0])
    }
    assert.deepEqual(settings, ['wal', 2, 1, 1, 0])
    await store.close()
  })

  test('D07: a database that cannot be made durable is refused with a sentence', () => {
    const memory = new DatabaseSync(':memory:')
    assert.throws(() => makeDurable(memory), /The database is not durable: journal_mode is memory, not wal/)
    memory.close()
  })

  test('D01: only its owner can read the file', async () => {
    const store = await engine.openStore()
    const { mode } = statSync(pathOf(store.url))
    assert.equal(mode & 0o777, 0o600)
    await store.close()
  })

  test('a URL without a file, or with a folder that is not there, is refused with a sentence', async () => {
    for (const url of ['sqlite:', 'sqlite::memory:']) {
      await assert.rejects(openDatabase(url, openDeps), /names no file/)
    }
    await assert.rejects(openDatabase('sqlite:/nowhere/at/all/bridge.db', openDeps), /folder of the database file/)
  })

  test('D06: a full disk denies, loses nothing acknowledged, commits no half, and work goes on when there is space', async () => {
    const store = await engine.openStore()
    const fresh = freshCase()
    await once(store, (tx) => tx.cases.insert(fresh))
    const [pages] = await execute(store, 'pragma page_count')
    await execute(store, `pragma max_page_count = ${Object.values(pages ?? {})[0]}`)
    const bulk = { ...record(fresh), facts: { text: 'x'.repeat(100_000) } }
    const step = () =>
      once(store, async (tx) => {
        await tx.subjects.countAttempt(demo, asId('full'))
        await tx.history.append(bulk).catch(() => {})
        await tx.requests.claim(demo, 'after-the-disk-was-full', at)
      })
    await assert.rejects(step(), isCode('internal'))
    const alone = once(store, (tx) => tx.history.append(bulk))
    await assert.rejects(alone, isCode('unavailable'))
    assert.equal((await execute(store, 'select 1 from used_request')).length, 0)
    assert.equal((await execute(store, 'select 1 from subject')).length, 0)
    assert.deepEqual(await once(store, (tx) => tx.cases.find(demo, fresh.id)), fresh)
    await execute(store, 'pragma max_page_count = 1000000')
    await once(store, (tx) => tx.history.append(bulk))
    await store.close()
  })

  test('D07: a reader from outside, a backup, sees what was committed and stops nobody', async () => {
    const store = await engine.openStore()
    await once(store, (tx) => tx.cases.insert(freshCase()))
    const reader = new DatabaseSync(pathOf(store.url), { readOnly: true })
    reader.exec('begin')
    assert.equal(reader.prepare('select count(*) as count from fallback_case').get()?.['count'], 1)
    await once(store, (tx) => tx.subjects.countAttempt(demo, asId('meanwhile')))
    reader.close()
    await store.close()
  })
})
