import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type CaseCliRun, callCaseCli, privateFolder } from '../support/call-case-cli.ts'
import {
  ada,
  because,
  createPeopleBridge,
  type PeopleBridge,
  type PeopleBridgeOptions,
} from '../support/people-bridge.ts'
import { peoplePolicy, watch } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const reason = ['--reason', because]
const text = ['--item', 'what-happened', '--text', 'The reader at gate 3 is broken.']

const inPerson = ['--method', 'in_person', '--place', 'Gate 3', '--document', 'staff_badge']

describe('the case commands on the real operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let server: Server
  let folder: string
  const open = async (options: Partial<PeopleBridgeOptions> = {}) => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, ...options })
    server = createServer(bridge.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await store.close()
  }
  beforeEach(async () => {
    folder = privateFolder()
    await open()
  })
  afterEach(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })

  /** A command of somebody who signed in a minute ago. */
  const by = async (user: string, ...args: string[]): Promise<CaseCliRun> =>
    callCaseCli(args, {
      env: {
        FALLBACK_BRIDGE_OPERATIONS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        FALLBACK_BRIDGE_ACCESS_TOKEN: await bridge.token(user),
      },
      clock: bridge.clock,
    })
  const done = async (user: string, ...args: string[]): Promise<CaseCliRun> => {
    const run = await by(user, ...args)
    assert.equal(run.code, 0, `${args.join(' ')}: ${run.err}`)
    return run
  }
  const approve = (user: string, { id, match }: { id: string; match: string }) =>
    by(user, 'approve', id, '--match', match, ...inPerson, ...reason, '--yes')

  test('R16 R41 R52: from the list to the approval of two people, the login, and the revocation', async () => {
    const login = await bridge.waiting()
    const { id } = login
    assert.match((await done('lead', 'list', '--waiting')).out, new RegExp(`${id} +awaiting_approval`))
    assert.match((await done('lead', 'show', id)).out, /Person: +name-of-user-ada\n/)
    const missing = await approve('lead', login)
    assert.equal(missing.code, 1)
    assert.match(missing.err, /\[what-happened\]/)
    assert.match((await done('agent', 'evidence', 'add', id, ...text)).out, /Nothing is missing now/)
    const first = await approve('lead', login)
    assert.match(first.out, /Still asked: 1 of \/security-analysts/, first.err)
    const again = await approve('lead', login)
    assert.deepEqual([again.code, again.out], [1, ''])
    assert.match(again.err, /you approved it/)
    assert.match((await approve('analyst', login)).out, /now awaiting_factor/)
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    assert.match((await done('lead', 'revoke', id, ...reason)).out, /now revoked/)
    const story = await done('auditor', 'show', id)
    assert.match(story.out, /Yes: +name-of-lead \(lead\) by in_person at Gate 3 \(staff_badge\), /)
    assert.match(story.out, /revoke → revoked, by user:lead/)
    bridge.advance(1_000)
    assert.match((await done('auditor', 'chains')).out, /- +2, too few .*standard: 1 of \/security-analysts \+ 1 of /)
    assert.match((await by('stranger', 'show', id)).err, /no such case/)
  })

  test('C09 C08: the wrong number is refused, and a no ends it', async () => {
    const login = await bridge.waiting()
    await done('agent', 'evidence', 'add', login.id, ...text)
    const wrong = await approve('lead', { ...login, match: login.match === '000' ? '001' : '000' })
    assert.deepEqual([wrong.code, wrong.out], [1, ''])
    assert.match((await done('lead', 'deny', login.id, ...reason, '--yes')).out, /now denied/)
    assert.match((await approve('analyst', login)).err, /does not allow this act/)
  })

  test('R36: a spoken approval is written down, and confirmed by the one it names', async () => {
    await close()
    await open({ policy: peoplePolicy({ verbal: { withinSeconds: 600 } }) })
    const login = await bridge.waiting()
    const { id, match } = login
    await bridge.giveText(id)
    const grounds = ['--match', match, ...inPerson, ...reason, '--yes']
    assert.match(
      (await done('agent', 'verbal', id, '--approver', 'Name-of-lead', ...grounds)).out,
      /must confirm it until/,
    )
    assert.match(
      (await done('lead', 'show', id)).out,
      /by in_person at Gate 3 .*spoken, written down by agent: pending/,
    )
    assert.match((await by('analyst', 'confirm', id, ...reason)).err, /Nothing on this case waits/)
    assert.match((await done('lead', 'confirm', id, ...reason)).out, /Confirmed/)
  })

  test('R41: evidence of every kind is added, opened and reviewed; what is unopened is named', async () => {
    await close()
    const policy = peoplePolicy({ minimumBand: 'review' })
    await open({ policy })
    const login = await bridge.waiting()
    const { id } = login
    const picture = join(folder, 'badge.png')
    writeFileSync(picture, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]))
    await done('agent', 'evidence', 'add', id, ...text)
    await done('agent', 'evidence', 'add', id, '--item', 'badge', '--file', picture)
    await approve('lead', login)
    assert.match((await approve('analyst', login)).out, /now awaiting_evidence_review/)
    const unopened = await by('verifier', 'review-evidence', id, '--accept', ...reason, '--yes')
    assert.deepEqual([unopened.code, unopened.out], [1, ''])
    const commands = [...unopened.err.matchAll(/case evidence open (\S+) (\S+)/g)]
    assert.equal(commands.length, 2)
    for (const [index, [, one = '', item = '']] of commands.entries()) {
      await done('verifier', 'evidence', 'open', one, item, '--out', join(folder, `item-${index}`))
    }
    assert.match((await done('verifier', 'evidence', 'list', id)).out, /opened by you\n[\s\S]*opened by you/)
    const run = await done('verifier', 'review-evidence', id, '--accept', ...reason, '--yes')
    assert.match(run.out, /now awaiting_factor/)
  })

  test('R12 R25 R36: an override is declared, stands in the queue, is reviewed by somebody else, and is counted', async () => {
    const about = ['--user', ada, '--client', 'demo-app', '--what', 'the check was switched off by hand']
    const declared = await done('declarer', 'declare', ...about, '--occurred-at', '24h', ...reason)
    const id = /Declared: (\S+)/.exec(declared.out)?.[1] ?? ''
    const queue = await by('reviewer', 'reviews', '--kind', 'declared', '--check')
    assert.equal(queue.code, 3, queue.err)
    assert.match(queue.out, new RegExp(`declared +${id}`))
    assert.match((await done('reviewer', 'show', id)).out, /what was done: the check was switched off by hand/)
    const due = new Date(bridge.clock() + 7 * 86_400_000).toISOString().slice(0, 10)
    const found = ['--cause', 'process_failure', '--confidence', 'high', '--action', 'say it to all', '--owner', 'lead']
    assert.match((await done('reviewer', 'review', id, ...found, '--due', due)).out, /now closed/)
    assert.match(
      (await done('auditor', 'show', id)).out,
      /process_failure, confidence high\n +say it to all; lead until/,
    )
    bridge.advance(1_000)
    assert.match((await done('auditor', 'statistics')).out, /closed +standard +1/)
  })

  test('R35: a broken glass is ratified by the group that must', async () => {
    await close()
    await open({ policy: peoplePolicy({ ratification: { group: watch, withinSeconds: 600 } }) })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await approve('lead', login)
    await approve('analyst', login)
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    assert.match((await done('officer', 'show', login.id)).out, /Ratify: +\/duty-officers: pending, \d+ minutes left/)
    assert.match((await done('officer', 'ratify', login.id, ...reason)).out, /Ratified/)
  })

  test('E10: the person says that it was not them', async () => {
    const login = await bridge.waiting()
    assert.match((await done(ada, 'dispute', login.id, '--yes')).out, /now revoked/)
  })

  test('C10: a sign-in that is too weak reads, and does not decide', async () => {
    await close()
    await open({ acceptedAcr: ['gold'] })
    const login = await bridge.waiting()
    await done('lead', 'show', login.id)
    const weak = await by('lead', 'deny', login.id, ...reason, '--yes')
    assert.deepEqual([weak.code, weak.out], [1, ''])
    assert.match(weak.err, /too old or too weak/)
  })
})
