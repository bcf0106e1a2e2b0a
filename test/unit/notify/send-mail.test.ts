import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import type { Mail } from '../../../bridge/app/notice/notice-ports.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { createSendMail, type SendMailDeps } from '../../../bridge/notify/send-mail.ts'
import { startMailServer } from '../../support/mail-server.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { selfSigned } from '../../support/self-signed.ts'

const mail = (differs: Partial<Mail> = {}): Mail => ({
  to: ['ada@bank.test'],
  subject: 'Grüße',
  text: 'Wörter € 漢字\n.\nEnde\n',
  messageId: '0198c0de-0000-7000-8000-000000000001',
  ...differs,
})

const serverFor = async (context: TestContext, ...given: Parameters<typeof startMailServer>) => {
  const server = await startMailServer(...given)
  context.after(() => server.close())
  return server
}
const sender = (port: number, differs: Partial<SendMailDeps> = {}) =>
  createSendMail({
    url: `smtp://127.0.0.1:${port}`,
    from: 'fallback@bank.test',
    tls: 'none',
    log: createRecordingLog(),
    ...differs,
  })
const failsWith = (code: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof BridgeError)
  assert.equal(error.code, 'notice_unsendable')
  const cause = error.cause as { code: string }
  if (typeof code === 'string') assert.equal(cause.code, code)
  else assert.match(cause.code, code)
  assert.doesNotMatch(inspect(error, { depth: 10 }), /canary|ada@|hidden/)
  return true
}
const bodyOf = (raw: string): string => {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString('utf8')
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n')
}

describe('a mail', () => {
  test('arrives as plain text in UTF-8, marked as automatic, with an id made of the notice’s', async (context) => {
    const server = await serverFor(context)
    const send = sender(server.port)
    assert.equal(await send(mail()), 'sent')
    assert.equal(await send(mail()), 'sent')
    const [first, again] = server.taken
    assert.ok(first !== undefined && again !== undefined)
    assert.deepEqual([first.from, first.to], ['fallback@bank.test', ['ada@bank.test']])
    assert.match(first.raw, /^Content-Type: text\/plain; charset=utf-8\r$/m)
    assert.match(first.raw, /^Auto-Submitted: auto-generated\r$/m)
    assert.doesNotMatch(first.raw, /multipart|text\/html|X-Mailer/i)
    assert.equal(bodyOf(first.raw), 'Wörter € 漢字\n.\nEnde\n')
    for (const { raw } of [first, again]) {
      assert.match(raw, /^Message-ID: <0198c0de-0000-7000-8000-000000000001@bank\.test>\r$/m)
    }
  })

  test('nothing in it adds a header or a recipient', async (context) => {
    const server = await serverFor(context)
    const send = sender(server.port)
    const hostile = mail({
      subject: 'Hello\r\nBcc: eve@evil.test\r\n\r\nbody',
      to: ['ada@bank.test', 'b@bank.test\r\nBcc: eve@evil.test'],
    })
    assert.equal(await send(hostile), 'sent')
    const [taken] = server.taken
    assert.deepEqual(taken?.to, ['ada@bank.test'])
    assert.doesNotMatch(taken?.raw ?? '', /^Bcc:/im)
    assert.equal(await send(mail({ to: ['a@bank.test, eve@evil.test'] })), 'refused')
    assert.equal(await send(mail({ to: [] })), 'refused')
    await assert.rejects(send(mail({ messageId: 'x>\r\nBcc: eve@evil.test' })), { code: 'internal' })
    assert.equal(server.taken.length, 1)
  })

  test('to several people does not tell them of each other', async (context) => {
    const server = await serverFor(context)
    assert.equal(await sender(server.port)(mail({ to: ['ada@bank.test', 'bob@bank.test'] })), 'sent')
    assert.deepEqual(server.taken[0]?.to, ['ada@bank.test', 'bob@bank.test'])
    assert.doesNotMatch(server.taken[0]?.raw ?? '', /ada@|bob@/)
  })

  test('is refused where the server will never take it, for all recipients or for its text', async (context) => {
    const recipients = { 'ada@bank.test': 550, 'bob@bank.test': 450 }
    const server = await serverFor(context, { recipients })
    const log = createRecordingLog()
    const send = sender(server.port, { log })
    assert.equal(await send(mail()), 'refused')
    await assert.rejects(send(mail({ to: ['bob@bank.test'] })), failsWith('smtp_450'))
    await assert.rejects(send(mail({ to: ['ada@bank.test', 'bob@bank.test'] })), failsWith('smtp_450'))
    const text = await serverFor(context, { text: 554 })
    assert.equal(await sender(text.port)(mail()), 'refused')
    const busy = await serverFor(context, { text: 451 })
    await assert.rejects(sender(busy.port)(mail()), failsWith('smtp_451'))
    assert.deepEqual(log.lines, [])
  })

  test('counts as sent where one of its recipients was taken; the log tells that others were not', async (context) => {
    const server = await serverFor(context, { recipients: { 'ada@bank.test': 550 } })
    const log = createRecordingLog()
    assert.equal(await sender(server.port, { log })(mail({ to: ['ada@bank.test', 'bob@bank.test'] })), 'sent')
    assert.deepEqual(server.taken[0]?.to, ['bob@bank.test'])
    assert.deepEqual(
      log.lines.map(({ level, fields }) => [level, fields.code]),
      [['warn', 'smtp_550']],
    )
  })

  test('is tried again where the password, the sender or the server is at fault, not the mail', async (context) => {
    const login = await serverFor(context, { login: 535 })
    const url = `smtp://bridge:hidden%21@127.0.0.1:${login.port}`
    await assert.rejects(sender(0, { url })(mail()), failsWith('smtp_535'))
    const from = await serverFor(context, { sender: 550 })
    await assert.rejects(sender(from.port)(mail()), failsWith('smtp_550'))
    const gone = await startMailServer()
    await gone.close()
    await assert.rejects(sender(gone.port)(mail()), failsWith(/^(ECONNREFUSED|ESOCKET|ECONNECTION)$/))
    assert.equal(login.taken.length + from.taken.length, 0)
  })

  test('is sent with the password of the settings, and not at all where the server asks for none', async (context) => {
    const passwords: (string | null | undefined)[] = []
    const server = await serverFor(
      context,
      {},
      {
        onAuth: ({ username, password }, _session, done) => {
          passwords.push(password)
          done(null, { user: username })
        },
      },
    )
    const url = (port: number) => `smtp://bridge:p%40ss%3A%2F@127.0.0.1:${port}`
    assert.equal(await sender(0, { url: url(server.port) })(mail()), 'sent')
    assert.deepEqual([passwords, server.taken[0]?.user], [['p@ss:/'], 'bridge'])
    const without = await serverFor(context, {}, { hideSTARTTLS: true, disabledCommands: ['AUTH', 'STARTTLS'] })
    await assert.rejects(sender(0, { url: url(without.port) })(mail()), failsWith(/./))
    assert.equal(without.taken.length, 0)
  })

  test('A03: goes to no server that offers no TLS where it must, nor to one whose certificate nobody trusts', async (context) => {
    const plain = await serverFor(context)
    await assert.rejects(sender(plain.port, { tls: 'required' })(mail()), failsWith(/./))
    const certificate = selfSigned('localhost')
    const untrusted = await serverFor(context, {}, { disabledCommands: [], ...certificate })
    const url = `smtp://localhost:${untrusted.port}`
    await assert.rejects(sender(0, { url, tls: 'required' })(mail()), failsWith(/./))
    await assert.rejects(sender(0, { url, tls: 'if_offered' })(mail()), failsWith(/./))
    const before = getCACertificates()
    setDefaultCACertificates([...before, certificate.cert])
    context.after(() => setDefaultCACertificates(before))
    assert.equal(await sender(0, { url, tls: 'required' })(mail()), 'sent')
    const implicit = await serverFor(context, {}, { secure: true, ...certificate })
    assert.equal(await sender(0, { url: `smtps://localhost:${implicit.port}`, tls: 'required' })(mail()), 'sent')
    assert.deepEqual(
      [plain.taken.length, ...[...untrusted.taken, ...implicit.taken].map(({ isEncrypted }) => isEncrypted)],
      [0, true, true],
    )
  })

  test('waits for the one before it, also for one that failed', async (context) => {
    const server = await serverFor(context)
    const send = sender(server.port)
    const mails = Array.from({ length: 12 }, (_, index) =>
      mail({ messageId: index % 3 === 0 ? 'not an id' : `n-${index}` }),
    )
    const answers = await Promise.allSettled(mails.map(send))
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 8)
    assert.deepEqual([server.taken.length, server.crowd.most], [8, 1])
    assert.deepEqual(
      server.taken.map(({ raw }) => /n-([0-9]+)@/.exec(raw)?.[1]),
      ['1', '2', '4', '5', '7', '8', '10', '11'],
    )
  })

  test('gives up on a server that goes on talking and never ends', { timeout: 20_000 }, async (context) => {
    const drips: NodeJS.Timeout[] = []
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('220 ready\r\n')
      socket.once('data', () => {
        socket.write('250 hello\r\n')
        // One more line of a reply that has no last one, often enough never to be called silent.
        socket.once('data', () => drips.push(setInterval(() => socket.write('250-wait\r\n'), 10)))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    context.after(() => {
      for (const drip of drips) clearInterval(drip)
      server.close()
    })
    const { port } = server.address() as AddressInfo
    await assert.rejects(sender(port, { timeoutMs: 300 })(mail()), failsWith('EABORT'))
    assert.equal(drips.length, 1)
  })
})
