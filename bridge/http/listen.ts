import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type ListenOptions = {
  host: string
  /** 0 takes a free one. */
  port: number
  tls: { cert: string; key: string } | undefined
}

/** An open listener. `close` stops accepting, lets running requests end, and resolves then. */
export type Listener = { port: number; close: () => Promise<void> }

/** Longer than Keycloak keeps an idle connection to us, so that we never close one it is about to use. */
const keepAliveMs = 65_000
/** A request that is not here wholly by then is dropped (K11); Keycloak itself gives up after 2 s. */
const requestMs = 5_000

/**
 * Listens, with TLS where a certificate is given.
 * @throws Error with a sentence that names the address, where it cannot be had
 */
export const listen = async (app: RequestListener, { host, port, tls }: ListenOptions): Promise<Listener> => {
  const limits = { requestTimeout: requestMs, headersTimeout: requestMs, keepAliveTimeout: keepAliveMs }
  const server = tls === undefined ? createServer(limits, app) : createTlsServer({ ...limits, ...tls }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`Cannot listen on ${host} port ${port}.`, { cause })))
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
