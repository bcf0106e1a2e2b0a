import type { Notice } from './notice.ts'

/** A mail in plain text. The message id is the same each time it is tried, so that a second copy is recognised. */
export type Mail = { to: readonly string[]; subject: string; text: string; messageId: string }

/**
 * Hands a mail to the mail server: `sent` once it has taken it for one recipient at least, `refused` where it never will.
 * @throws BridgeError notice_unsendable, where it may work later
 */
export type MailSender = (mail: Mail) => Promise<'sent' | 'refused'>

/** What the receiver of the webhook is told: never who was told by mail, never a code or a dispute word. */
export type WebhookNotice = Pick<Notice, 'id' | 'realm' | 'case' | 'kind' | 'facts' | 'at'>

/**
 * Posts a signed notice to the one address of the settings.
 * @throws BridgeError notice_unsendable, where it may work later
 */
export type WebhookSender = (notice: WebhookNotice) => Promise<'sent' | 'refused'>

/** Whom a text is for. The dispute word is for the subject's mails alone; elsewhere it is ignored. */
export type NoticeReader = { locale: string | undefined; word: string | undefined }

/** Subject and plain text of a notice, in the reader's language. Pure. */
export type NoticeText = (notice: Notice, reader: NoticeReader) => { subject: string; text: string }
