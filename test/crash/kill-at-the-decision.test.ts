import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { verifyChain } from '../../bridge/domain/history.ts'
import type { CaseId } from '../../bridge/domain/ids.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, demo, outcomeOf } from '../support/people-installation.ts'
import type { PeopleProcessOptions } from '../support/people-process.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }
const program = fileURLToPath(new URL('../support/people-process.ts', import.meta.url))

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`kill -9 of who takes decisions, on ${engine}`, () => {
    let home: TestStore
    let count = 0
    before(async () => {
      home = await openTestStore(engine)
      await home.database.close()
    })
    after(() => home.close())

    /** Opens the database again, as the next process would, and closes it after the work. */
    const within = async <Result>(
      work: (bridge: ReturnType<typeof createPeopleBridge>) => Promise<Result>,
      startAt = 1_800_000_000_000 + count * 1_000_000,
      profile: Parameters<typeof peoplePolicy>[0] = {},
    ): Promise<Result> => {
      const database = await openDatabase(home.url, { sha256, clock: () => startAt, log })
      const unitOfWork = createUnitOfWork(database, { sha256 })
      try {
        return await work(createPeopleBridge({ replicas: [{ unitOfWork }], startAt, policy: peoplePolicy(profile) }))
      } finally {
        await database.close()
      }
    }
    const dieIn = async (options: Omit<PeopleProcessOptions, 'url'>) => {
      const child = spawn(process.execPath, [program, JSON.stringify({ url: home.url, ...options })], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let answer = ''
      child.stdout.on('data', (chunk: Buffer) => {
        answer += chunk.toString()
      })
      const [, signal] = await once(child, 'close')
      assert.deepEqual([signal, answer], ['SIGKILL', ''], 'nothing was acknowledged')
    }

    for (const die of ['before-commit', 'after-commit'] as const) {
      test(`I6 C10: killed ${die} of an approval, it counts once or not at all, and is told of once`, async () => {
        count += 1
        const name = `crashed-${count}`
        const id: CaseId = await within(async (bridge) => bridge.ask(await bridge.subject(name)))
        await dieIn({ now: 1_800_000_000_000 + count * 1_000_000, act: { kind: 'approve', case: id, by: 'ann' }, die })
        await within(async (bridge) => {
          bridge.person('ann')
          bridge.person(name, { roles: [], groups: [] })
          const isKept = die === 'after-commit'
          assert.equal((await bridge.caseOf(id)).state, isKept ? 'awaiting_factor' : 'awaiting_approval')
          // Whoever saw no answer tries again.
          assert.equal(outcomeOf(await bridge.approve(id, 'ann')), isKept ? 'case_over' : 'awaiting_factor')
          assert.equal((await bridge.once((tx) => tx.approvals.ofCase(demo, id))).length, 1)
          bridge.time.advance(31_000)
          await bridge.runJobs()
          await bridge.runJobs()
          const told = bridge.events.filter((event) => event.case === id).map((event) => event.name)
          assert.equal(new Set(told).size, told.length, `${told}`)
          const history = await bridge.once((tx) => tx.history.list(demo, id))
          assert.equal(verifyChain(sha256, history), undefined)
          assert.equal(history.filter(({ event }) => event === 'approve').length, 1)
        })
      })
    }

    test('R35 I10: killed after an unratified grant was taken back, its session is ended by the next process', async () => {
      count += 1
      const profile = { ratification: { group: '/leads', withinSeconds: 60 } }
      const startAt = 1_800_000_000_000 + count * 1_000_000
      const name = `crashed-${count}`
      const { id, session } = await within(
        async (bridge) => {
          const login = await bridge.subject(name)
          bridge.person('ann')
          const asked = await bridge.ask(login)
          await bridge.approve(asked, 'ann')
          assert.equal((await bridge.submit(login)).kind, 'granted')
          bridge.enter(login, asked)
          await bridge.runJobs()
          assert.equal((await bridge.caseOf(asked)).state, 'in_use')
          return { id: asked, session: login.session }
        },
        startAt,
        profile,
      )
      await dieIn({ now: startAt + 60_000, act: { kind: 'run_jobs' }, die: 'after-commit' })
      await within(
        async (bridge) => {
          assert.equal((await bridge.caseOf(id)).state, 'unratified')
          bridge.sessions.set(session, id)
          bridge.time.advance(31_000)
          await bridge.runJobs()
          assert.equal(bridge.sessions.has(session), false)
          const reviews = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
          assert.deepEqual(
            reviews.map(({ reason }) => reason),
            ['unratified'],
          )
        },
        startAt + 60_000,
        profile,
      )
    })
  })
}
