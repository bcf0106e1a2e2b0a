import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { caseStates, type FallbackCase, openStates } from '../../../bridge/domain/case.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { caseStates as newest } from '../../../bridge/store/migrations/0004-case-states.ts'
import { binding } from '../../support/builders.ts'
import { fulfilled, type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, freshCase, isCode, once, other } from './fixtures.ts'

export const caseStories = (engine: TestEngine): void => {
  describe('the cases', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    /** Each test has a user of its own. */
    const opened = async (user: string, differs: Partial<FallbackCase> = {}): Promise<FallbackCase> => {
      const fresh = freshCase({ user: asId(user), id: asId(`fb-${user}`), ...differs })
      await once(store, (tx) => tx.cases.insert(fresh))
      return fresh
    }
    const find = (id: string, realm = demo) => once(store, (tx) => tx.cases.find(realm, asId(id)))

    test('a case is found as it was written, with every member absent or present', async () => {
      const bare = await opened('bare')
      assert.deepEqual(await find(bare.id), bare)
      const full = await opened('full', {
        state: 'in_use',
        version: 7,
        path: asId('password-bridge-totp'),
        attempts: 3,
        pendingAttempt: 'attempt-1',
        grantedAt: at + 1,
        endsAt: at + 2,
      })
      assert.deepEqual(await find(full.id), full)
      assert.equal(await find('fb-none'), undefined)
    })

    test('I3 B12: of fifty attempts at a barrier with a limit of five, exactly five are counted', async () => {
      const { id } = await opened('guessed')
      const results = await engine.race(store, 50, (tx) => tx.cases.countAttempt(demo, id, 5))
      const counted = fulfilled(results)
        .filter((attempts) => attempts !== undefined)
        .sort()
      assert.deepEqual(counted, [1, 2, 3, 4, 5])
      assert.equal((await find(id))?.attempts, 5)
      assert.equal(rejections(results).length, 0)
    })

    test('I3: an attempt is never uncounted, whatever statement comes', async () => {
      const { id } = await opened('uncounted')
      await once(store, (tx) => tx.cases.countAttempt(demo, id, 5))
      await assert.rejects(execute(store, `update fallback_case set attempts = 0 where id = '${id}'`))
    })

    test('R29 E2: of fifty cases opened for one user at a barrier, one is open and the others conflict', async () => {
      const results = await engine.race(store, 50, (tx, index) =>
        tx.cases.insert(freshCase({ user: asId('crowd'), id: asId(`fb-crowd-${index}`), session: `s-${index}` })),
      )
      assert.equal(fulfilled(results).length, 1)
      const errors = rejections(results)
      assert.equal(errors.filter(isCode('case_conflict')).length, 49)
      assert.equal(await once(store, (tx) => tx.cases.countOpenedSince(demo, asId('crowd'), 0)), 1)
    })

    test('R29: when the open case has ended, the user may have another; a user of another realm always', async () => {
      const first = await opened('again')
      const second = freshCase({ user: asId('again'), id: asId('fb-again-2'), session: 'session-2' })
      await assert.rejects(
        once(store, (tx) => tx.cases.insert(second)),
        isCode('case_conflict'),
      )
      await once(store, (tx) => tx.cases.insert({ ...second, realm: other }))
      await once(store, (tx) => tx.cases.move(first, 'denied', {}))
      await once(store, (tx) => tx.cases.insert(second))
      assert.equal((await once(store, (tx) => tx.cases.findOpen(demo, asId('again'))))?.id, second.id)
      assert.equal((await once(store, (tx) => tx.cases.findOpen(other, asId('again'))))?.realm, other)
    })

    test('of fifty moves of one case at a barrier one happens, and the others conflict', async () => {
      const current = await opened('moved')
      const results = await engine.race(store, 50, (tx, index) =>
        tx.cases.move(current, index % 2 === 0 ? 'awaiting_factor' : 'denied', {}),
      )
      const [moved, ...others] = fulfilled(results)
      assert.equal(others.length, 0)
      assert.equal(moved?.version, 2)
      assert.equal(rejections(results).filter(isCode('case_conflict')).length, 49)
    })

    test('a move from a state or a version that is no longer the case’s changes nothing', async () => {
      const current = await opened('stale')
      for (const wrong of [{ version: 2 }, { state: 'awaiting_factor' as const }, { realm: other }]) {
        const move = once(store, (tx) => tx.cases.move({ ...current, ...wrong }, 'denied', {}))
        await assert.rejects(move, isCode('case_conflict'))
      }
      assert.deepEqual(await find(current.id), current)
    })

    test('a move sets what it is given, empties what is null and leaves what is absent', async () => {
      const current = await opened('set')
      const path = asId<NonNullable<FallbackCase['path']>>('password-bridge-totp')
      const offered = await once(store, (tx) => tx.cases.move(current, 'awaiting_factor', { path }))
      assert.deepEqual(offered, { ...current, state: 'awaiting_factor', version: 2, path })
      const reserved = await once(store, (tx) =>
        tx.cases.move(offered, 'awaiting_factor', { pendingAttempt: 'attempt-1' }),
      )
      assert.deepEqual(reserved, { ...offered, version: 3, pendingAttempt: 'attempt-1' })
      const granted = await once(store, (tx) =>
        tx.cases.move(reserved, 'granted', { expiresAt: at + 5, grantedAt: at, endsAt: at + 9, pendingAttempt: null }),
      )
      const expected = { expiresAt: at + 5, grantedAt: at, endsAt: at + 9, pendingAttempt: undefined }
      assert.deepEqual(granted, { ...reserved, state: 'granted', version: 4, ...expected })
      assert.deepEqual(await find(current.id), granted)
    })

    test('I10: the database refuses a grant that has no end', async () => {
      const current = await opened('endless')
      const grant = once(store, (tx) => tx.cases.move(current, 'granted', { path: asId('p'), grantedAt: at }))
      await assert.rejects(grant, isCode('internal'))
    })

    test('I1: a case is found by exactly its login; one other member and there is none', async () => {
      const login = binding({ user: asId('bound') })
      await opened('bound', login)
      const findBy = (differs: object) => once(store, (tx) => tx.cases.findByBinding({ ...login, ...differs }))
      assert.equal((await findBy({}))?.id, 'fb-bound')
      for (const member of ['realm', 'user', 'session', 'tab', 'client', 'execution']) {
        assert.equal(await findBy({ [member]: 'elsewhere' }), undefined, member)
      }
    })

    test('the newest case of a login is found, even of two that were opened in one millisecond', async () => {
      for (const id of ['fb-z', 'fb-m', 'fb-a', 'fb-q']) {
        const current = await opened('newest', { id: asId(id) })
        const found = await once(store, (tx) => tx.cases.findByBinding(binding({ user: asId('newest') })))
        assert.equal(found?.id, id)
        await once(store, (tx) => tx.cases.move(current, 'denied', {}))
      }
    })

    test('R29: the cases of a day are counted per user and realm, from the first millisecond on', async () => {
      await opened('counted', { id: asId('fb-old'), state: 'denied', openedAt: at - 1 })
      await opened('counted', { id: asId('fb-then'), state: 'denied', openedAt: at })
      await opened('counted', { id: asId('fb-now'), openedAt: at + 1 })
      await opened('counted', { realm: other })
      const count = (realm: typeof demo, since: number) =>
        once(store, (tx) => tx.cases.countOpenedSince(realm, asId('counted'), since))
      assert.deepEqual([await count(demo, at), await count(demo, 0), await count(other, 0)], [2, 3, 1])
    })

    test('E3: the open cases of a realm are given the oldest first, from a time on, at most so many', async () => {
      const own = asId<FallbackCase['realm']>('open-since')
      const grant = { path: asId<NonNullable<FallbackCase['path']>>('p'), grantedAt: at, endsAt: at + 9 }
      for (const [index, state] of caseStates.entries()) {
        const differs = { id: asId<FallbackCase['id']>(`fb-since-${state}`), realm: own, openedAt: at - index }
        await opened(`since-${state}`, { ...differs, state, ...grant })
      }
      await opened('since-elsewhere', { realm: other })
      const since = async (from: number, most: number) =>
        (await once(store, (tx) => tx.cases.openSince(own, from, most))).map(({ state }) => state)
      const oldestFirst = openStates.toReversed()
      assert.deepEqual(await since(0, 100), oldestFirst)
      assert.deepEqual(await since(0, 2), oldestFirst.slice(0, 2))
      const last = caseStates.indexOf('awaiting_approval')
      assert.deepEqual(await since(at - last, 100), ['awaiting_approval', 'opened'])
    })

    test('I12: a session that a fallback has let in is told of its user in its realm, whatever came after it', async () => {
      const user = asId<FallbackCase['user']>('let-in')
      const login = { user, session: 'the-session' }
      await opened('let-in', {
        ...binding(login),
        path: asId('a-path'),
        state: 'ended',
        grantedAt: at + 1,
        endsAt: at + 2,
      })
      await opened('let-in-later', { ...binding({ ...login, tab: 'another' }), state: 'denied' })
      await opened('not-let-in', { ...binding({ user, session: 'of-another-login' }), state: 'denied' })
      const hasLetIn = (realm: typeof demo, who: string, session: string) =>
        once(store, (tx) => tx.cases.hasLetIn(realm, asId(who), session))
      assert.equal(await hasLetIn(demo, 'let-in', 'the-session'), true)
      for (const [realm, who, session] of [
        [demo, 'let-in', 'of-another-login'],
        [demo, 'somebody', 'the-session'],
        [other, 'let-in', 'the-session'],
      ] as const) {
        assert.equal(await hasLetIn(realm, who, session), false)
      }
    })

    test('cases of the same id in two realms never meet', async () => {
      const here = await opened('mirror')
      const there = await opened('mirror', { realm: other, attempts: 2 })
      await once(store, (tx) => tx.cases.countAttempt(other, there.id, 5))
      await once(store, (tx) => tx.cases.move(there, 'cancelled', {}))
      assert.deepEqual(await find(here.id), here)
      const moved = await find(there.id, other)
      assert.deepEqual([moved?.state, moved?.attempts], ['cancelled', 3])
    })

    test('D08: quotes and statements in every text are only text', async () => {
      const hostile = `'; drop table fallback_case; -- " \\ $1 ? \u{1f600}`
      const current = await opened('hostile', {
        ...binding({ user: asId(hostile), client: hostile }),
        id: asId(hostile),
      })
      assert.deepEqual(await find(hostile), current)
    })

    test('the tables know exactly the domain’s states, and a case of another state is refused', async () => {
      const statements = newest.statements(engine.name).join('\n')
      const lists = [...statements.matchAll(/state in \(([^)]*)\)/g)].map((match) =>
        [...(match[1] ?? '').matchAll(/'(\w+)'/g)].map((word) => word[1]),
      )
      const whole = lists.filter((list) => list.length === caseStates.length)
      assert.deepEqual(whole, [caseStates, caseStates])
      assert.ok(lists.some((list) => list.join() === openStates.join()))
      const { id } = await opened('stateless')
      await assert.rejects(execute(store, `update fallback_case set state = 'approved' where id = '${id}'`))
    })
  })
}
