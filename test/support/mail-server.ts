import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** One mail as a server took it. */
export type TakenMail = {
  from: string
  to: readonly string[]
  raw: string
  isEncrypted: boolean
  user: string | undefined
}

/** What a server is to refuse, with the code of its answer. */
type Refusals = {
  recipients?: Readonly<Record<string, number>>
  sender?: number
  text?: number
  login?: number
}

const refusal = (code: number) => Object.assign(new Error('no, canary-of-the-server'), { responseCode: code })

/** A real mail server on this machine; counts how many mails were under way at once. */
export const startMailServer = async (refuse: Refusals = {}, options: SMTPServerOptions = {}) => {
  const taken: TakenMail[] = []
  const crowd = { now: 0, most: 0 }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onAuth: ({ username }, _session, done) =>
      refuse.login === undefined ? done(null, { user: username }) : done(refusal(refuse.login)),
    onMailFrom: (_address, _session, done) => {
      crowd.now += 1
      crowd.most = Math.max(crowd.most, crowd.now)
      done(refuse.sender === undefined ? null : refusal(refuse.sender))
    },
    onRcptTo: ({ address }, _session, done) => {
      const code = refuse.recipients?.[address]
      done(code === undefined ? null : refusal(code))
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        crowd.now -= 1
        if (refuse.text !== undefined) return done(refusal(refuse.text))
        const { mailFrom, rcptTo } = session.envelope
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          isEncrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        })
        done()
      })
    },
    ...options,
  })
  // A client that does not trust the certificate hangs up; the test looks at the client.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return {
    port,
    taken,
    crowd,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
