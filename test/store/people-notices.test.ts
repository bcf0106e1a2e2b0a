import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import type { Mail, WebhookNotice } from '../../bridge/app/notice/notice-ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import { evidenceDigestText } from '../../bridge/domain/evidence.ts'
import type { Profile } from '../../bridge/domain/policy/policy.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const spanMs = 300_000

describe('who is told', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let mails: Mail[]
  let webhooks: WebhookNotice[]
  let isAway: boolean
  beforeEach(async () => {
    store = await openTestStore()
    mails = []
    webhooks = []
    isAway = false
    bridge = createPeopleBridge({
      replicas: [store],
      recording: { noticeChannels: ['mail', 'webhook'], noticeDigestMs: spanMs },
      notices: {
        textOf: (notice, { word }) => ({ subject: notice.kind, text: JSON.stringify({ ...notice.facts, word }) }),
        sendMail: async (mail) => {
          if (isAway) throw new BridgeError('notice_unsendable')
          mails.push(mail)
          return 'sent'
        },
        sendWebhook: async (notice) => {
          webhooks.push(notice)
          return 'sent'
        },
        securityMail: ['security@example.org'],
      },
    })
  })
  afterEach(() => store.close())

  const under = (profile: Partial<Profile> = {}) => {
    bridge.current.policy = peoplePolicy(profile)
  }
  const lettersOf = (kind: string) => mails.filter(({ subject }) => subject === kind)
  const states = async () =>
    (
      await sql<{
        kind: string
        channel: string
        state: string
      }>`select kind, channel, state from notice order by at, id`.execute(store.database.kysely)
    ).rows
  const subjectOf = (number: number) => bridge.subject(`subject-${number}`)

  test('S02: approvers of a group get one mail in a span of time, however many wait, and it counts them', async () => {
    bridge.person('ann')
    for (let number = 0; number < 12; number += 1) await bridge.ask(await subjectOf(number))
    await bridge.runJobs()
    assert.equal(lettersOf('approvers_waiting').length, 1)
    bridge.time.advance(spanMs)
    await bridge.runJobs()
    const [, digest, ...others] = lettersOf('approvers_waiting')
    assert.equal(others.length, 0)
    assert.deepEqual(digest?.to, ['ann@example.org'])
    assert.equal(JSON.parse(digest?.text ?? '{}').count, 12)
  })

  test('S02: a digest of nothing is not sent', async () => {
    under()
    bridge.person('ann')
    const id = await bridge.ask(await subjectOf(1))
    await bridge.deny(id, 'ann')
    await bridge.runJobs()
    assert.equal(lettersOf('approvers_waiting').length, 0)
    assert.ok((await states()).some(({ kind, state }) => kind === 'approvers_waiting' && state === 'unaddressed'))
  })

  test('E6 S02: a group whose yes fell away is told in its next digest, and a group that is answered is not', async () => {
    bridge.current.policy = peoplePolicy(
      { minimumBand: 'review', approvals: ['/leads', '/analysts'].map((group) => ({ group, count: 1 })) },
      { evidence: { reason: [{ id: 'reason', kind: 'text', required: false, why: 'What happened.' }] } },
    )
    bridge.person('ann')
    bridge.person('bob')
    bridge.person('cyd', { groups: ['/analysts'] })
    bridge.person('rita', { roles: ['evidence-reviewer'], groups: [] })
    const id = await bridge.ask(await subjectOf(1))
    await bridge.runJobs()
    assert.equal(lettersOf('approvers_waiting').length, 3)
    await bridge.approve(id, 'ann')
    await bridge.approve(id, 'cyd')
    bridge.person('ann', { enabled: false })
    bridge.time.advance(spanMs)
    const { version } = await bridge.caseOf(id)
    const reviewed = await bridge.operations.reviewEvidence(bridge.actor('rita'), {
      case: id,
      verdict: 'accept',
      version,
      evidenceDigest: sha256(evidenceDigestText([])),
      reason: 'looked at all there is',
    })
    assert.equal(outcomeOf(reviewed), 'awaiting_approval')
    await bridge.runJobs()
    const [, , , again, ...others] = lettersOf('approvers_waiting')
    assert.deepEqual([again?.to, others], [['bob@example.org'], []])
  })

  test('C08 R41: security hears of a disagreement, as of every review', async () => {
    under({ approvals: [{ group: '/leads', count: 2 }] })
    for (const name of ['ann', 'bob']) bridge.person(name)
    const id = await bridge.ask(await subjectOf(1))
    await bridge.approve(id, 'ann')
    await bridge.deny(id, 'bob')
    await bridge.runJobs()
    const told = webhooks.filter(({ kind }) => kind === 'review_due')
    assert.deepEqual(
      told.map(({ case: about, facts }) => [about, facts['reason']]),
      [[id, 'disagreement']],
    )
    assert.deepEqual(lettersOf('review_due')[0]?.to, ['security@example.org'])
  })

  test('N09: a mail server that is away gets the mail later, once', async () => {
    const login = await subjectOf(1)
    const id = await bridge.ask(login)
    bridge.person('ann')
    await bridge.approve(id, 'ann')
    await bridge.submit(login)
    isAway = true
    await bridge.runJobs()
    assert.equal(mails.length, 0)
    assert.ok((await states()).some(({ kind, state }) => kind === 'subject_issued' && state === 'due'))
    isAway = false
    for (let times = 0; times < 3; times += 1) {
      bridge.time.advance(60_000)
      await bridge.runJobs()
    }
    const letters = lettersOf('subject_issued')
    assert.equal(letters.length, 1)
    assert.deepEqual(letters[0]?.to, ['subject-1@example.org'])
  })

  test('E10: the word stands in the subject’s mail alone, sealed until it is sent and never in a webhook', async () => {
    const login = await subjectOf(1)
    const id = await bridge.ask(login)
    bridge.person('ann')
    await bridge.approve(id, 'ann')
    await bridge.submit(login)
    await bridge.runJobs()
    const word = String(JSON.parse(lettersOf('subject_issued')[0]?.text ?? '{}').word)
    assert.match(word, /^[0-9A-HJKMNP-TV-Z]{10}$/)
    assert.ok(webhooks.length > 0)
    assert.ok(!JSON.stringify(webhooks).includes(word))
    const typed = `${word.slice(0, 5).toLowerCase()}-${word.slice(5)} `
    assert.equal(await bridge.operations.disputeCase.byWord('0000000000'), undefined)
    assert.equal((await bridge.operations.disputeCase.byWord(typed))?.state, 'revoked')
  })

  test('N09: somebody without a verified address, or without an account, gets nothing, and that is written down', async () => {
    const login = await subjectOf(1)
    bridge.person('subject-1', { email: undefined })
    const id = await bridge.ask(login)
    bridge.person('ann')
    await bridge.approve(id, 'ann')
    await bridge.submit(login)
    await bridge.runJobs()
    assert.equal(lettersOf('subject_issued').length, 0)
    const told = (await states()).filter(({ kind }) => kind === 'subject_issued')
    assert.deepEqual(told.map(({ channel, state }) => `${channel} ${state}`).sort(), [
      'mail unaddressed',
      'webhook sent',
    ])
  })

  test('R35 S04: a broken glass tells security and every group at once', async () => {
    under({ name: 'break-glass', ratification: { group: '/owners', withinSeconds: 600 } })
    bridge.person('ann')
    bridge.person('olga', { groups: ['/owners'] })
    const login = await subjectOf(1)
    await bridge.approve(await bridge.ask(login), 'ann')
    await bridge.submit(login)
    await bridge.runJobs()
    const told = lettersOf('broadcast_break_glass').flatMap(({ to }) => to)
    assert.deepEqual(told.sort(), ['ann@example.org', 'olga@example.org', 'security@example.org'])
    assert.deepEqual(
      lettersOf('ratification_due').flatMap(({ to }) => to),
      ['olga@example.org'],
    )
  })
})
