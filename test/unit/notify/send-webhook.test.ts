import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { inspect } from 'node:util'
import type { WebhookNotice } from '../../../bridge/app/notice/notice-ports.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { createSendWebhook, type SendWebhookDeps } from '../../../bridge/notify/send-webhook.ts'
import { signWebhook } from '../../../bridge/notify/sign-webhook.ts'
import { selfSigned } from '../../support/self-signed.ts'

const notice: WebhookNotice = {
  id: '0198c0de-0000-7000-8000-000000000001',
  realm: asId('bank'),
  case: asId('fb-0198c0de-0000-7000-8000-000000000002'),
  kind: 'security_used',
  facts: { client: 'payments', profile: 'privileged', tier: 2 },
  at: Date.UTC(2026, 2, 1, 8, 30),
}
const keys = [createSecretKey(Buffer.alloc(24, 1)), createSecretKey(Buffer.alloc(32, 2))] as const
const now = Date.UTC(2026, 2, 1, 9, 0, 0, 999)

type Taken = { method: string; url: string; headers: Record<string, unknown>; body: string }
const receiverFor = async (context: TestContext, answer: RequestListener, tls?: { cert: string; key: string }) => {
  const taken: Taken[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      taken.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') })
      answer(request, response)
    })
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { taken, port: (server.address() as AddressInfo).port }
}
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(code, headers).end('canary-of-the-receiver')
const sender = (url: string, differs: Partial<SendWebhookDeps> = {}) =>
  createSendWebhook({ url, secrets: keys, clock: () => now, ...differs })
const failsWith = (code: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof BridgeError)
  assert.equal(error.code, 'notice_unsendable')
  assert.match((error.cause as { code: string }).code, new RegExp(code))
  assert.doesNotMatch(inspect(error, { depth: 10 }), /canary/)
  return true
}

describe('a webhook', () => {
  test('is the reference’s own example, signed as Standard Webhooks says', () => {
    const key = createSecretKey(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'))
    const headers = signWebhook([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')
    assert.deepEqual(headers, {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('posts kind, time and facts, signed with both keys over exactly its bytes', async (context) => {
    const { taken, port } = await receiverFor(context, status(204))
    assert.equal(await sender(`http://127.0.0.1:${port}/in?source=kfb`)(notice), 'sent')
    const [call] = taken
    assert.ok(call !== undefined)
    assert.deepEqual(
      [call.method, call.url, call.headers['content-type']],
      ['POST', '/in?source=kfb', 'application/json'],
    )
    assert.deepEqual(JSON.parse(call.body), {
      type: 'fallback_bridge.security_used',
      timestamp: '2026-03-01T08:30:00.000Z',
      data: { id: notice.id, realm: 'bank', case: notice.case, facts: notice.facts },
    })
    for (const [name, value] of Object.entries(signWebhook(keys, notice.id, Math.floor(now / 1000), call.body))) {
      assert.equal(call.headers[name], value)
    }
    assert.match(String(call.headers['webhook-signature']), /^v1,\S{44} v1,\S{44}$/)
    assert.equal(await sender(`http://127.0.0.1:${port}`)({ ...notice, case: undefined }), 'sent')
    assert.equal('case' in JSON.parse(taken[1]?.body ?? '').data, false)
  })

  test('is sent with any 2xx, refused with a 4xx that will stay, and tried again with all else', async (context) => {
    const answers: [number, 'sent' | 'refused' | 'later'][] = [
      [200, 'sent'],
      [202, 'sent'],
      [400, 'refused'],
      [404, 'refused'],
      [410, 'refused'],
      [408, 'later'],
      [425, 'later'],
      [429, 'later'],
      [304, 'later'],
      [500, 'later'],
      [503, 'later'],
    ]
    for (const [code, outcome] of answers) {
      const { port } = await receiverFor(context, status(code))
      const sent = sender(`http://127.0.0.1:${port}`)(notice)
      if (outcome === 'later') await assert.rejects(sent, failsWith(`^http_${code}$`))
      else assert.equal(await sent, outcome, String(code))
    }
  })

  test('N01: follows no redirect', async (context) => {
    const canary = await receiverFor(context, status(200))
    for (const code of [301, 302, 303, 307, 308]) {
      const { port } = await receiverFor(context, status(code, { location: `http://127.0.0.1:${canary.port}/` }))
      await assert.rejects(sender(`http://127.0.0.1:${port}`)(notice), failsWith(`^http_${code}$`))
    }
    assert.equal(canary.taken.length, 0)
  })

  test('N01: calls no name that leads to this machine or to a cloud’s credentials, and no such address', async (context) => {
    const canary = await receiverFor(context, status(200))
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      const family = address.includes(':') ? 6 : 4
      const url = `http://siem.test:${canary.port}`
      const send = sender(url, { lookUp: (_host, _options, done) => done(null, [{ address, family }]) })
      await assert.rejects(send(notice), failsWith('^ADDRESS_REFUSED$'))
    }
    for (const host of ['169.254.169.254', '[::ffff:127.0.0.1]', '0xa9fea9fe', '0.0.0.0']) {
      await assert.rejects(sender(`http://${host}:${canary.port}`)(notice), failsWith('^ADDRESS_REFUSED$'))
    }
    assert.equal(canary.taken.length, 0)
    assert.equal(await sender(`http://localhost:${canary.port}`)(notice), 'sent')
  })

  test('N01: waits no longer than its time for a status, and reads no body that follows', {
    timeout: 20_000,
  }, async (context) => {
    const silent = await receiverFor(context, () => undefined)
    await assert.rejects(
      sender(`http://127.0.0.1:${silent.port}`, { timeoutMs: 100 })(notice),
      failsWith('ABORT|unknown'),
    )
    const closed = Promise.withResolvers<void>()
    const flooding = await receiverFor(context, (_request, response) => {
      const flood = () => {
        while (response.writable && response.write(Buffer.alloc(65_536)));
      }
      response.writeHead(200).on('drain', flood)
      response.on('close', closed.resolve)
      flood()
    })
    assert.equal(await sender(`http://127.0.0.1:${flooding.port}`, { timeoutMs: 3_600_000 })(notice), 'sent')
    await closed.promise
  })

  test('A03: goes over TLS to nobody whose certificate is not trusted', async (context) => {
    const certificate = selfSigned('localhost')
    const { taken, port } = await receiverFor(context, status(200), certificate)
    const send = sender(`https://localhost:${port}`)
    await assert.rejects(send(notice), failsWith('SELF_SIGNED|VERIFY'))
    assert.equal(taken.length, 0)
    const before = getCACertificates()
    setDefaultCACertificates([...before, certificate.cert])
    context.after(() => setDefaultCACertificates(before))
    assert.equal(await send(notice), 'sent')
  })

  test('is tried again where nobody listens', async (context) => {
    const { port } = await receiverFor(context, (request) => request.socket.destroy())
    await assert.rejects(sender(`http://127.0.0.1:${port}`)(notice), failsWith('^ECONNRESET$'))
  })
})
