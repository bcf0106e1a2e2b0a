import type { CaseId, Instant, RealmName } from '../../domain/ids.ts'
import type { SealedSecret } from '../ports.ts'
import type { Notice } from './notice.ts'

/** `unaddressed`: nobody it could go to has an address. */
export type NoticeState = 'due' | 'sent' | 'refused' | 'unaddressed'

/** A notice as it waits. The dispute word of a subject's mail is sealed until it is sent. */
export type NoticeRow = Notice & { state: NoticeState; word: SealedSecret | undefined }

/** That somebody was told of a case, by which channel, and what became of it; to whom is not told. */
export type NoticeTrace = Pick<Notice, 'id' | 'kind' | 'channel' | 'at'> & {
  state: NoticeState
  settledAt: Instant | undefined
}

export type NoticeStore = {
  /** Keeps a notice; false where one with the same `dedupe` was kept before, and then nothing is sent again (N09, S02). */
  insert: (notice: Notice & { word: SealedSecret | undefined; dedupe: string }) => Promise<boolean>
  find: (realm: RealmName, id: string) => Promise<NoticeRow | undefined>
  /** Every notice of a case, oldest first, without what it says. For exports: no index serves it. */
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly NoticeTrace[]>
  /** Settles a due one; one that was settled meanwhile stays as it is. */
  mark: (realm: RealmName, id: string, state: Exclude<NoticeState, 'due'>, at: Instant) => Promise<void>
}
