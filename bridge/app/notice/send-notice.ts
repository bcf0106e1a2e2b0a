import type { RealmName } from '../../domain/ids.ts'
import { isMember } from '../../domain/policy/authority.ts'
import { termsOf } from '../../domain/policy/decision.ts'
import { type DoJob, done } from '../job-outcome.ts'
import type { People, PersonFacts } from '../people-ports.ts'
import type { Clock, Log, SecretBox, Transaction, UnitOfWork } from '../ports.ts'
import type { Notice, NoticeFacts } from './notice.ts'
import type { NoticeRow } from './notice-outbox.ts'
import type { MailSender, NoticeText, WebhookSender } from './notice-ports.ts'
import { wordPlace } from './queue-notice.ts'

export type SendNoticeDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  log: Log
  people: People
  secretBox: SecretBox
  textOf: NoticeText
  /** Absent where no mail server is set up. */
  sendMail: MailSender | undefined
  sendWebhook: WebhookSender | undefined
  /** Addresses of the security channel. */
  securityMail: readonly string[]
}

/** Requests that a digest counts at most. */
const mostCounted = 200

/**
 * Sends one notice. Addresses are asked for now and kept nowhere; each person gets a mail of their own, in their
 * language. A mail server that is away means again; one that refuses for good means refused, and the log says so.
 * A digest tells what waits at this moment, and nothing where nothing does any more.
 */
export const createSendNotice = (deps: SendNoticeDeps): DoJob => {
  const { unitOfWork, clock, log, people, secretBox } = deps

  return async (job) => {
    const row = await unitOfWork((tx) => tx.notices.find(job.realm, job.about))
    if (row?.state !== 'due') return done
    const notice = row.kind === 'approvers_waiting' ? await withDigest(row) : row
    const state = notice === undefined ? 'unaddressed' : await send({ ...row, ...notice })
    await unitOfWork((tx) => tx.notices.mark(row.realm, row.id, state, clock()))
    if (state === 'refused') log.warn('notice refused for good', { realm: row.realm, kind: row.kind, event: row.id })
    return done
  }

  async function send(row: NoticeRow): Promise<'sent' | 'refused' | 'unaddressed'> {
    if (row.channel === 'webhook') {
      if (deps.sendWebhook === undefined) return 'unaddressed'
      const { id, realm, case: about, kind, facts, at } = row
      return deps.sendWebhook({ id, realm, case: about, kind, facts, at })
    }
    if (deps.sendMail === undefined) return 'unaddressed'
    const word = row.word === undefined ? undefined : secretBox.open(row.word, wordPlace(row.realm, row.id))
    const addressed = await addressesOf(row)
    if (addressed.length === 0) return 'unaddressed'
    let wasSent = false
    for (const [index, { email, locale }] of addressed.entries()) {
      const { subject, text } = deps.textOf(row, { locale, word })
      const outcome = await deps.sendMail({ to: [email], subject, text, messageId: `${row.id}.${index}` })
      wasSent ||= outcome === 'sent'
    }
    return wasSent ? 'sent' : 'refused'
  }

  async function addressesOf({ realm, to }: Notice): Promise<readonly { email: string; locale: string | undefined }[]> {
    if ('security' in to) return deps.securityMail.map((email) => ({ email, locale: undefined }))
    const found =
      'group' in to ? await people.membersOf(realm, to.group) : [...(await people.find(realm, to.users)).values()]
    return found.flatMap(addressOf)
  }

  async function withDigest(row: NoticeRow): Promise<Notice | undefined> {
    const { to } = row
    if (!('group' in to)) return row
    const digest = await unitOfWork((tx) => countWaiting(tx, row.realm, to.group))
    return digest === undefined ? undefined : { ...row, facts: { ...row.facts, ...digest } }
  }
}

const addressOf = ({ enabled, email, locale }: PersonFacts) =>
  enabled && email !== undefined ? [{ email, locale }] : []

/** How many requests wait for this group, and since when the oldest does. */
const countWaiting = async (tx: Transaction, realm: RealmName, group: string): Promise<NoticeFacts | undefined> => {
  const waiting = await tx.cases.page(realm, {
    states: ['awaiting_approval'],
    profile: undefined,
    user: undefined,
    since: undefined,
    until: undefined,
    after: undefined,
    count: mostCounted,
  })
  const mine: number[] = []
  for (const one of waiting) {
    const stored = await tx.decisions.find(realm, one.id)
    const demands = stored === undefined ? [] : (termsOf(stored.decision)?.approvals ?? [])
    if (demands.some((demand) => isMember([group], demand.group) || demand.group === group)) mine.push(one.openedAt)
  }
  return mine.length === 0 ? undefined : { count: mine.length, oldest: Math.min(...mine) }
}
