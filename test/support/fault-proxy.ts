import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came to the proxy. */
export type ProxiedRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string }

/** An answer, of the server behind or made up. */
export type ProxiedAnswer = { status: number; headers: Record<string, string | string[]>; body: string }

/** What happens to one request. `forward` gives the answer of the server behind, and rejects where there is none. */
export type Exchange = {
  request: ProxiedRequest
  forward: () => Promise<ProxiedAnswer>
  response: ServerResponse
}

/** Decides what becomes of a request; resolves when that is done. */
export type Behaviour = (exchange: Exchange) => Promise<void>

/** A request with what the server behind answered, where it was asked. */
export type Recorded = { request: ProxiedRequest; answer: ProxiedAnswer | undefined }

/** An HTTP proxy in front of one server, whose behaviour a test changes as it goes. */
export type FaultProxy = {
  readonly url: string
  /** Every request that came, the oldest first. */
  readonly recorded: readonly Recorded[]
  /** Requests that wait at the moment for what becomes of them. */
  underWay: () => number
  behave: (behaviour: Behaviour) => void
  clear: () => void
  /** Nothing listens any more, and what was connected is cut off. */
  stopListening: () => Promise<void>
  listenAgain: () => Promise<void>
  close: () => Promise<void>
}

/** Starts one on the loopback interface; it passes everything on until told otherwise. */
export const startFaultProxy = async (upstream: () => string): Promise<FaultProxy> => {
  let behaviour: Behaviour = pass
  let recorded: Recorded[] = []
  let underWay = 0

  const server = createServer(async (incoming, response) => {
    const asked: Recorded = { request: await read(incoming), answer: undefined }
    recorded.push(asked)
    underWay += 1
    const forward = async () => {
      asked.answer = await send(upstream(), asked.request)
      return asked.answer
    }
    try {
      await behaviour({ request: asked.request, forward, response })
    } catch {
      response.socket?.destroy()
    } finally {
      underWay -= 1
    }
  })
  const listenOn = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, 'localhost', () => resolve())
    })
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listenOn(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    get recorded() {
      return recorded
    },
    underWay: () => underWay,
    behave: (next) => {
      behaviour = next
    },
    clear: () => {
      recorded = []
    },
    stopListening,
    listenAgain: () => listenOn(port),
    close: stopListening,
  }
}

/** Passes the request on and the answer back. */
export const pass: Behaviour = async ({ forward, response }) => give(response, await forward())

/** Takes the request and never answers; resolves when the caller gives up. */
export const hang: Behaviour = ({ response }) => gone(response)

/** Takes the request and closes the connection. */
export const breakOff: Behaviour = async ({ response }) => {
  response.socket?.destroy()
}

/** Lets the server behind do its work, and closes the connection in place of its answer. */
export const loseAnswer: Behaviour = async ({ forward, response }) => {
  await forward()
  response.socket?.destroy()
}

/** Answers in place of the server behind. */
export const answerWith =
  (status: number, type: string, body: string): Behaviour =>
  async ({ response }) =>
    give(response, { status, headers: { 'content-type': type }, body })

/** Answers at once that all is well, and then sends one byte of the answer a second. */
export const drip: Behaviour = async ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/jwt' }).write('e')
  const timer = setInterval(() => response.write('y'), 1_000)
  await gone(response)
  clearInterval(timer)
}

/** Gives back what a function makes of the server's answer. */
export const rewrite =
  (change: (answer: ProxiedAnswer, request: ProxiedRequest) => ProxiedAnswer | Promise<ProxiedAnswer>): Behaviour =>
  async ({ request: asked, forward, response }) =>
    give(response, await change(await forward(), asked))

/** One behaviour for the next so many requests, and another one from then on. */
export const first = (count: number, behaviour: Behaviour, afterwards: Behaviour = pass): Behaviour => {
  let left = count
  return (exchange) => {
    left -= 1
    return left >= 0 ? behaviour(exchange) : afterwards(exchange)
  }
}

const give = (response: ServerResponse, { status, headers, body }: ProxiedAnswer): void => {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}

const gone = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once('close', resolve)
  })

const read = async (message: IncomingMessage): Promise<ProxiedRequest> => ({
  method: message.method ?? '',
  path: message.url ?? '',
  headers: message.headers,
  body: await textOf(message),
})

const textOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Headers that belong to one connection and not to the message. */
const ofConnection = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'host',
  'upgrade',
  'http2-settings',
]

const withoutConnection = (headers: IncomingHttpHeaders): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] => entry[1] !== undefined && !ofConnection.includes(entry[0]),
    ),
  )

const send = (base: string, { method, path, headers, body }: ProxiedRequest): Promise<ProxiedAnswer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, {
      method,
      headers: { ...withoutConnection(headers), 'content-length': Buffer.byteLength(body) },
    })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      textOf(incoming).then(
        (text) =>
          resolve({ status: incoming.statusCode ?? 0, headers: withoutConnection(incoming.headers), body: text }),
        reject,
      )
    })
    outgoing.end(body)
  })
