import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type ListenOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  tls: { cert: string; key: string } | undefined
  /** How long a request may take to be here wholly; 5 s where absent. Its headers have 5 s in any case. */
  requestMs?: number
}

/** An open listener. `close` stops accepting, lets running requests end, within limits, and resolves then. */
export type Listener = { port: number; close: () => Promise<void> }

/** Longer than Keycloak keeps an idle connection to us, so that we never close one it is about to use. */
const keepAliveMs = 65_000
/** A request that is not here wholly by then is dropped (K11); Keycloak itself gives up after 2 s. */
const requestMs = 5_000
/** How often that is looked at; Node's own half a minute would let slow senders stay that long. */
const lookMs = 1_000

/**
 * Listens, with TLS where a certificate is given.
 * @throws Error with a sentence that names the address, where it cannot be had
 */
export const listen = async (
  app: RequestListener,
  { host, port, tls, requestMs: wholeMs = requestMs }: ListenOptions,
): Promise<Listener> => {
  const limits = {
    requestTimeout: wholeMs,
    headersTimeout: requestMs,
    keepAliveTimeout: keepAliveMs,
    connectionsCheckingInterval: lookMs,
  }
  const server = tls === undefined ? createServer(limits, app) : createTlsServer({ ...limits, ...tls }, app)
  const close = createClose(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`Cannot listen on ${host} port ${port}.`, { cause })))
    server.listen(port, host, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close }
}

/**
 * Node leaves a connection open that carried a request while the server closed, and one on which half a request came;
 * either would hold up the stop. So all go once no request runs, and at the latest when none can be honest any more.
 */
const createClose = (server: Server): (() => Promise<void>) => {
  let running = 0
  let isClosing = false
  const endConnections = () => {
    if (isClosing && running === 0) server.closeAllConnections()
  }
  server.on('request', (_request, response: ServerResponse) => {
    running += 1
    response.once('close', () => {
      running -= 1
      endConnections()
    })
  })
  return () =>
    new Promise((resolve) => {
      isClosing = true
      const latest = setTimeout(() => server.closeAllConnections(), requestMs)
      server.close(() => {
        clearTimeout(latest)
        resolve()
      })
      endConnections()
    })
}
