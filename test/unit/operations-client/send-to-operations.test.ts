import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { readChallenge } from '../../../bridge/operations-client/challenge.ts'
import { createSendToOperations, type OperationsCall } from '../../../bridge/operations-client/send-to-operations.ts'

const read: OperationsCall<{ name: string }> = {
  method: 'GET',
  path: ['cases'],
  answer: z.object({ name: z.string() }),
}
const act: typeof read = { ...read, method: 'POST', body: {} }

/** Sends to a server that answers so. */
const sentTo = async (answer: RequestListener, call = read, timeoutMs = 5_000) => {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    return await createSendToOperations({ url, timeoutMs })(call, 'the-token')
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('a call of the operations API', () => {
  test('gives the answer as it came, and a copy that a terminal shows as it is', async () => {
    const sent = await sentTo((_request, response) => response.end('{"name":"a\\u001b[2K","more":1}'))
    assert.deepEqual(sent, {
      outcome: 'done',
      value: { name: 'a<U+001B>[2K' },
      json: { name: 'a\u001b[2K', more: 1 },
    })
  })

  test('a redirect is not followed, and the token goes nowhere else', async () => {
    const seen: (string | undefined)[] = []
    const sent = await sentTo((request, response) => {
      seen.push(request.url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    }, act)
    assert.deepEqual(sent, { outcome: 'unreachable', cause: 'http_307', isUncertain: true })
    assert.deepEqual(seen, ['/v1/cases'])
  })

  test('what is no answer of the API is none, whatever its status', async () => {
    for (const [status, body] of [
      [200, '<html>'],
      [200, '{"name":1}'],
      [404, '<html>'],
      [401, '{"title":"proxy"}'],
      [502, ''],
    ] as const) {
      const sent = await sentTo((_request, response) => response.writeHead(status).end(body))
      assert.equal(sent.outcome, 'unreachable', `${status} ${body}`)
    }
  })

  test('an answer that is too large to be read is told as one, and an act that it answers may have been done', async () => {
    const large: RequestListener = (_request, response) => response.end(JSON.stringify({ name: 'x'.repeat(5_000_000) }))
    const cause = 'answer_too_large'
    assert.deepEqual(await sentTo(large), { outcome: 'unreachable', cause, isUncertain: false })
    assert.deepEqual(await sentTo(large, act), { outcome: 'unreachable', cause, isUncertain: true })
  })

  test('whether an act was done is unknown where its answer was lost, and known where nobody was reached', async () => {
    const dropped = await sentTo((request) => request.socket.destroy(), act)
    assert.deepEqual([dropped.outcome, 'isUncertain' in dropped && dropped.isUncertain], ['unreachable', true])
    const silent = await sentTo(() => {}, act, 50)
    assert.deepEqual(silent, { outcome: 'unreachable', cause: 'TimeoutError', isUncertain: true })
    const nobody = await createSendToOperations({ url: 'http://127.0.0.1:2', timeoutMs: 5_000 })(act, 'the-token')
    assert.deepEqual([nobody.outcome, 'isUncertain' in nobody && nobody.isUncertain], ['unreachable', false])
    const lost = await sentTo((request) => request.socket.destroy(), read)
    assert.equal('isUncertain' in lost && lost.isUncertain, false)
  })

  test('a name that a URL would read as another place is never sent', async () => {
    for (const segment of ['..', '.', '']) {
      await assert.rejects(
        createSendToOperations({ url: 'http://127.0.0.1:2', timeoutMs: 50 })(
          { ...read, path: ['cases', segment] },
          't',
        ),
        TypeError,
      )
    }
  })

  test('RFC 9470: a challenge is read as it is written, and nothing else is one', () => {
    const header =
      'Bearer error="insufficient_user_authentication", error_description="a, b", acr_values="gold passkey", max_age="600"'
    assert.deepEqual(readChallenge(header), { acr: ['gold', 'passkey'], maxAgeSeconds: 600 })
    assert.deepEqual(readChallenge('Bearer error="insufficient_user_authentication"'), {
      acr: [],
      maxAgeSeconds: undefined,
    })
    assert.equal(readChallenge('Bearer error="invalid_token"'), undefined)
    assert.equal(readChallenge('Basic realm="x"'), undefined)
    assert.equal(readChallenge(null), undefined)
    const odd = 'Bearer error="insufficient_user_authentication", acr_values="a\u001b[2K gold", max_age="soon"'
    assert.deepEqual(readChallenge(odd), { acr: ['gold'], maxAgeSeconds: undefined })
  })
})
