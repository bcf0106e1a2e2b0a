import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { type SigningRealm, stepClaims } from '../support/signing-realm.ts'
import { codeAt } from '../support/step-bridge.ts'
import { createStepProcessKeys, type StepProcessKeys, startStepProcess } from '../support/step-process-client.ts'
import { type EnrolledUser, newUsers, storeFactors } from './enrolled-users.ts'
import { type Percentiles, percentilesOf } from './percentiles.ts'
import { processCpuMs } from './process-cpu.ts'
import { measureRawTransactions } from './raw-transactions.ts'
import { seedCases } from './seed-cases.ts'

/** Figures of one run at one number of stored cases. A case is a `begin` and a `submit`, each a durable transaction. */
export type BridgeFigures = {
  storedCases: number
  casesPerSecond: number
  begin: Percentiles
  submit: Percentiles
  /** CPU time of the bridge's process, in milliseconds a case. */
  cpuMsPerCase: number
  rawTransactionsPerSecond: number
  /** Transactions of the bridge a second, over the bare ones of the same disk in the same run. */
  ratioToRaw: number
}

export type BridgeBenchOptions = {
  cases: number
  parallel: number
  stored: readonly number[]
  tell: (line: string) => void
}

const now = 1_800_000_000_000

/** Measures the bridge alone, over HTTP, in a process of its own, on its embedded database. */
export const measureBridgeCases = async (options: BridgeBenchOptions): Promise<readonly BridgeFigures[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-bench-'))
  const url = `sqlite:${join(folder, 'bridge.db')}`
  const { realm, keys } = await createStepProcessKeys()
  const figures: BridgeFigures[] = []
  let stored = 0
  try {
    for (const target of options.stored) {
      options.tell(`storing ${target} cases …`)
      const users = await prepare(url, keys, { from: stored, to: target, users: options.cases })
      stored = target
      options.tell(`measuring at ${target} stored cases …`)
      figures.push(await measure({ folder, url, realm, keys, users, stored: target, parallel: options.parallel }))
      stored += options.cases
    }
    return figures
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Seeds the database and enrols fresh users, written straight to the store. */
const prepare = async (
  url: string,
  keys: StepProcessKeys,
  { from, to, users }: { from: number; to: number; users: number },
): Promise<readonly EnrolledUser[]> => {
  const database = await openDatabase(url, { sha256, clock: () => now, log: quiet })
  if (to > from) await seedCases(database, from, to)
  const fresh = newUsers(users, `after-${to}`)
  await storeFactors(database, { realm: 'demo', dataKey: Buffer.from(keys.dataKey, 'base64'), at: now }, fresh)
  await database.close()
  return fresh
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

type Run = {
  folder: string
  url: string
  realm: SigningRealm
  keys: StepProcessKeys
  users: readonly EnrolledUser[]
  stored: number
  parallel: number
}

const measure = async ({ folder, url, realm, keys, users, stored, parallel }: Run): Promise<BridgeFigures> => {
  const requests = await Promise.all(users.map((user) => signCase(realm, user)))
  const raw = measureRawTransactions(folder, 3000)
  const bridge = await startStepProcess({ url, now, ...keys })
  const begin: number[] = []
  const submit: number[] = []
  const send = async (body: string, times: number[]): Promise<void> => {
    const sentAt = performance.now()
    const response = await fetch(bridge.url, { method: 'POST', headers: { 'Content-Type': 'application/jwt' }, body })
    await response.text()
    if (!response.ok) throw new Error(`the bridge answered ${response.status}`)
    times.push(performance.now() - sentAt)
  }
  // Some cases to warm up both processes; they are not counted.
  const warmUp = Math.min(50, Math.floor(requests.length / 10))
  for (const { opening, code } of requests.slice(0, warmUp)) {
    await send(opening, [])
    await send(code, [])
  }
  const counted = requests.slice(warmUp)
  const cpuBefore = processCpuMs(bridge.pid)
  const startedAt = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < counted.length) {
        const mine = counted[next]
        next += 1
        if (mine === undefined) return
        await send(mine.opening, begin)
        await send(mine.code, submit)
      }
    }),
  )
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = processCpuMs(bridge.pid) - cpuBefore
  await bridge.kill()
  const casesPerSecond = counted.length / seconds
  return {
    storedCases: stored,
    casesPerSecond: round(casesPerSecond),
    begin: percentilesOf(begin),
    submit: percentilesOf(submit),
    cpuMsPerCase: round(cpu / counted.length),
    rawTransactionsPerSecond: Math.round(raw),
    ratioToRaw: round((2 * casesPerSecond) / raw),
  }
}

const signCase = async (realm: SigningRealm, { sub, handle, secret }: EnrolledUser) => {
  const login = { sub, sid: `session-${sub}`, factors: [{ type: 'bridge-totp', handle }] }
  const submission = { ...login, action: 'submit', input: { code: codeAt(secret, now) } }
  return {
    opening: await realm.sign(stepClaims(realm, now, login)),
    code: await realm.sign(stepClaims(realm, now, submission)),
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
