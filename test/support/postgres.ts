import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { ensureProgram } from '../../keycloak-config/server/debian-package.ts'
import { findFreePort } from '../../keycloak-config/server/ports.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'

/** A temporary PostgreSQL of this test process. */
export type PostgresServer = {
  /** URL of its maintenance database. */
  url: string
  /** Makes an empty database and gives its URL. */
  createDatabase: () => Promise<string>
  /** Stops the server and removes its files; happens by itself when the process ends, even by kill -9. */
  stop: () => Promise<void>
}

let shared: Promise<PostgresServer> | undefined

/** The one server of this test process, started at the first call. */
export const sharedPostgres = (): Promise<PostgresServer> => {
  shared ??= startPostgres()
  return shared
}

/**
 * Starts a PostgreSQL on a free port of the loopback address, with all its files in a temporary folder and fsync on,
 * as in production. PostgreSQL refuses root, so root starts it as the user `postgres`.
 */
export const startPostgres = async (): Promise<PostgresServer> => {
  const programs = await ensureProgram('postgres', (line) => process.stderr.write(`${line}\n`))
  const account = process.getuid?.() === 0 ? postgresAccount() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-postgres-'))
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const initialise = ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  execFileSync(join(programs, 'initdb'), initialise, { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const port = await findFreePort()
  const server = spawn('/bin/sh', ['-c', untilInputEnds, 'sh', join(programs, 'postgres'), data, folder, `${port}`], {
    ...account,
    cwd: folder,
    // A group of its own, so that Ctrl-C leaves the shell alive to clean up.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  server.unref()
  const exited = once(server, 'exit')
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  await waitUntil('PostgreSQL accepts connections', () => run(url, 'select 1').then(isTrue, isFalse))
  return {
    url,
    createDatabase: async () => {
      const name = `test_${randomUUID().replaceAll('-', '')}`
      await run(url, `create database ${name}`)
      return url.replace(/postgres$/, name)
    },
    stop: async () => {
      server.ref()
      server.stdin.end()
      await exited
    },
  }
}

/** Runs the server as long as its input, a pipe held by the test process, stays open. */
const untilInputEnds = `
  "$1" -D "$2" -p "$4" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200 &
  cat > /dev/null
  kill -INT $!
  wait $!
  rm -rf "$3"
`

const isTrue = () => true
const isFalse = () => false

const run = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    await client.query(statement)
  } finally {
    await client.end().catch(() => {})
  }
}

const postgresAccount = (): { uid: number; gid: number } => {
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}
