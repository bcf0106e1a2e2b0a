import { createServer } from 'node:net'
import { SetupError } from './setup-error.ts'

const listenOnce = (port: number, host: string): Promise<number | NodeJS.ErrnoException> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      server.close(() => resolve(bound))
    })
  })

/** A port of the loopback interface that nothing listens on now. Somebody else may still take it before you do. */
export const findFreePort = async (): Promise<number> => {
  const found = await listenOnce(0, '127.0.0.1')
  if (typeof found === 'number') return found
  throw found
}

/** Several different free ports of the loopback interface. */
export const findFreePorts = async (count: number): Promise<number[]> => {
  const ports = new Set<number>()
  while (ports.size < count) ports.add(await findFreePort())
  return [...ports]
}

/** Who wants a port and which setting gives it another one. */
export type PortUse = {
  port: number
  purpose: string
  setting: string
}

/**
 * Throws a SetupError that names the port, what it was for and the setting that changes it, if the port is taken (or
 * may not be used) on either loopback address.
 */
export const assertPortFree = async ({ port, purpose, setting }: PortUse): Promise<void> => {
  for (const host of ['127.0.0.1', '::1']) {
    const outcome = await listenOnce(port, host)
    if (typeof outcome === 'number' || outcome.code === 'EADDRNOTAVAIL' || outcome.code === 'EAFNOSUPPORT') continue
    const reason = outcome.code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${outcome.code})`
    throw new SetupError(
      `Port ${port}, wanted for ${purpose}, ${reason}: stop what uses it, or choose another with ${setting}.`,
    )
  }
}
