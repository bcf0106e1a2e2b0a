import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { listen } from '../../bridge/http/listen.ts'
import { selfSigned } from '../support/self-signed.ts'

const host = '127.0.0.1'

describe('a listener', () => {
  for (const tls of [undefined, selfSigned('localhost')]) {
    const scheme = tls === undefined ? 'HTTP' : 'TLS'

    test(`I6: over ${scheme}, closing lets a running request end and keeps no connection for the next`, async () => {
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      const { promise: running, resolve: tellRunning } = Promise.withResolvers<void>()
      const app: RequestListener = async (_request, response) => {
        tellRunning()
        await gate
        response.end('done')
      }
      const listener = await listen(app, { host, port: 0, tls })
      const agent = tls === undefined ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true })
      const ask = tls === undefined ? httpRequest : httpsRequest
      const asked = ask({ host, port: listener.port, agent, rejectUnauthorized: false }).end()
      const answered = once(asked, 'response') as Promise<[IncomingMessage]>
      await running
      const closed = listener.close()
      open()
      const [response] = await answered
      assert.equal((await response.toArray()).join(''), 'done')
      await closed
      agent.destroy()
    })
  }

  test('K11: who never sends the rest of a request is cut off, and others are answered meanwhile', async () => {
    const app: RequestListener = async (request, response) => {
      request.resume()
      request.once('end', () => response.end('done'))
    }
    const listener = await listen(app, { host, port: 0, tls: undefined })
    const starts = ['', 'POST / HT', 'POST / HTTP/1.1\r\nHost: bridge\r\nContent-Length: 10\r\n\r\nabc']
    const cutOff = starts.map(async (text) => {
      const socket = connect(listener.port, host)
      await once(socket, 'connect')
      socket.write(text)
      socket.resume()
      await once(socket, 'close')
    })
    assert.equal(await (await fetch(`http://${host}:${listener.port}`)).text(), 'done')
    await Promise.all(cutOff)
    await listener.close()
  })
})
