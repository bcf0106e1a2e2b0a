import { createTransport, type NodemailerError } from 'nodemailer'
import type { MailSender } from '../app/notice/notice-ports.ts'
import type { Log } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { isMailAddress } from '../domain/mail-address.ts'

export type SendMailDeps = {
  /** `smtp://` or `smtps://`, user and password in it. */
  url: string
  from: string
  /** `required`: a server that offers no TLS is given nothing. `none`: TLS is not even tried. */
  tls: 'required' | 'if_offered' | 'none'
  log: Log
  /** Longest time of one mail, from the connection to the server's last word. */
  timeoutMs?: number
}

const messageIds = /^[A-Za-z0-9._-]{1,128}$/

/** Sends one mail after the other, each over a connection of its own: a mail server is never met by a crowd. */
export const createSendMail = (deps: SendMailDeps): MailSender => {
  const { from, log, timeoutMs = 30_000 } = deps
  const transport = createTransport({
    ...serverOf(deps.url),
    requireTLS: deps.tls === 'required',
    ignoreTLS: deps.tls === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.slice(from.indexOf('@') + 1)

  const send: MailSender = async (mail) => {
    if (!messageIds.test(mail.messageId)) throw new BridgeError('internal', { cause: { code: 'message_id' } })
    const recipients = mail.to.filter(isMailAddress)
    if (recipients.length === 0) return 'refused'
    try {
      const { rejectedErrors } = await transport.sendMail({
        from,
        // Several people are not told of each other's addresses.
        to: recipients.length === 1 ? recipients : 'undisclosed-recipients:;',
        envelope: { from, to: recipients },
        subject: mail.subject,
        text: mail.text,
        messageId: `<${mail.messageId}@${domain}>`,
        xMailer: false,
        // RFC 3834: an absence note is no answer to this.
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(timeoutMs),
      })
      const missed = mail.to.length - recipients.length + (rejectedErrors?.length ?? 0)
      if (missed > 0) {
        const code = rejectedErrors?.[0] === undefined ? 'address' : codeOf(rejectedErrors[0])
        log.warn('a notice was not taken for all its recipients', { event: mail.messageId, code })
      }
      return 'sent'
    } catch (error) {
      if (isRefusal(error)) return 'refused'
      throw new BridgeError('notice_unsendable', { cause: { code: codeOf(error) } })
    }
  }

  let last: Promise<unknown> = Promise.resolve()
  return (mail) => {
    const turn = last.then(() => send(mail))
    // Whoever asked for this mail meets its failure; the next one only waits.
    last = turn.catch(() => undefined)
    return turn
  }
}

/** Options of a connection. Not left to the library, which would also read options out of a query. */
const serverOf = (text: string) => {
  const { protocol, hostname, port, username, password } = new URL(text)
  const server = {
    host: hostname.replace(/^\[|\]$/g, ''),
    secure: protocol === 'smtps:',
    ...(port === '' ? {} : { port: Number(port) }),
  }
  if (username === '') return server
  // A server that hides that it can check passwords is still asked to.
  return {
    ...server,
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    forceAuth: true,
  }
}

/**
 * Whether the server will never take this very mail: a permanent answer (RFC 5321, 5yz) to all recipients or to the
 * text. One to the password or to the sender is no fault of the mail; somebody puts it right, and it is tried again.
 */
const isRefusal = (error: unknown): boolean => {
  if (!isMailError(error) || !(error.command === 'RCPT TO' || error.command === 'DATA')) return false
  const answers = error.rejectedErrors ?? []
  return answers.length === 0 ? error.permanent === true : answers.every(({ permanent }) => permanent === true)
}

/** What the log may hold of a failure: a number or a code, never the server's words, which may repeat ours. */
const codeOf = (error: unknown): string => {
  if (!isMailError(error)) return 'unknown'
  if (error.responseCode !== undefined) return `smtp_${error.responseCode}`
  return /^[A-Z][A-Z0-9_]{1,40}$/.test(error.code ?? '') ? (error.code ?? '') : 'unknown'
}

const isMailError = (error: unknown): error is NodemailerError => error instanceof Error
