import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, Instant, RealmName } from '../../domain/ids.ts'
import type { Clock, Ids, SecretBox, Transaction } from '../ports.ts'
import type { NoticeFacts, NoticeKind, NoticeRecipients } from './notice.ts'

export type QueueNoticeDeps = {
  clock: Clock
  ids: Pick<Ids, 'notice' | 'word'>
  sha256: Sha256
  secretBox: SecretBox
  /** Where notices go in this installation; empty where neither mail nor webhook is set up. */
  channels: readonly ('mail' | 'webhook')[]
}

/** What somebody is to be told, once: a second one with the same `dedupe` is dropped (S02, N09). */
export type NoticeAsk = {
  realm: RealmName
  case: CaseId | undefined
  kind: NoticeKind
  to: NoticeRecipients
  facts: NoticeFacts
  dedupe: string
  /** The mail carries a word by which the subject can say "this was not me" (E10). */
  withWord?: boolean
  /** When it is due; at once where absent. */
  dueAt?: Instant
}

/** How long a subject may say "this was not me". */
const wordLifeMs = 30 * 86_400_000

/** Where a dispute word is kept until it is sent; the associated data of its encryption (D01). */
export const wordPlace = (realm: RealmName, notice: string): readonly string[] => ['notice', realm, notice, 'word']

/**
 * Keeps a notice with the job that sends it, in the caller's transaction: who acts and who is told of it are one (I6).
 * Gives false where it was kept before. The dispute word stands there sealed, and as a hash where it is looked up.
 */
export const createQueueNotice =
  ({ clock, ids, sha256, secretBox, channels }: QueueNoticeDeps) =>
  async (tx: Transaction, ask: NoticeAsk): Promise<boolean> => {
    const at = clock()
    const { realm, case: about, kind, to, facts, dueAt = at } = ask
    let isNew = false
    for (const channel of channels) {
      const id = ids.notice()
      const word = channel === 'mail' && ask.withWord === true && about !== undefined ? ids.word() : undefined
      const sealed = word === undefined ? undefined : secretBox.seal(word, wordPlace(realm, id))
      const notice = { id, realm, case: about, kind, channel, to, facts, at, word: sealed }
      if (!(await tx.notices.insert({ ...notice, dedupe: `${channel}:${kind}:${ask.dedupe}` }))) continue
      isNew = true
      if (word !== undefined && about !== undefined) {
        await tx.disputes.addWord(realm, about, sha256(word), at + wordLifeMs)
      }
      await tx.jobs.add({ kind: 'send_notice', realm, lane: `notice:${id}`, about: id, dueAt })
    }
    return isNew
  }

export type QueueNotice = ReturnType<typeof createQueueNotice>
