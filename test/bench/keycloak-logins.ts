import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type CredentialRepresentation from '@keycloak/keycloak-admin-client/lib/defs/credentialRepresentation.js'
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { startAuthorization } from '../../keycloak-config/browser/authorization-request.ts'
import { openFallbackRealm, untilRealmSeen } from '../support/fallback-realm.ts'
import { startTestKeycloak } from '../support/keycloak.ts'
import { createPlainBrowser, formOf, type PlainPage } from '../support/plain-browser.ts'
import { codeAt } from '../support/step-bridge.ts'
import { type EnrolledUser, newUsers, storeFactors } from './enrolled-users.ts'
import { type Percentiles, percentilesOf } from './percentiles.ts'
import { groupCpuMs, processCpuMs } from './process-cpu.ts'

/** Figures of one kind of login. */
export type LoginFigures = { loginsPerSecond: number; login: Percentiles; cpuMsPerLogin: number }

/** Both kinds, measured in turns in one run, and the detour's cost as ratios (fallback over plain). */
export type LoginComparison = {
  logins: number
  passwordAndOwnOtp: LoginFigures
  passwordFailedPasskeyFallbackCode: LoginFigures & { bridgeCpuMsPerLogin: number }
  ratios: { time: number; cpu: number }
}

export type LoginBenchOptions = { rounds: number; perRound: number; parallel: number; tell: (line: string) => void }

const password = randomBytes(12).toString('base64url')

/** Measures whole logins over plain HTTP against a Keycloak compiled for the long run, with a real bridge. */
export const measureLogins = async (options: LoginBenchOptions): Promise<LoginComparison> => {
  const { rounds, perRound, parallel, tell } = options
  const count = (rounds + 1) * perRound
  const [plain, detour] = [newUsers(count, 'plain'), newUsers(count, 'detour')]
  tell('starting Keycloak …')
  const { keycloak, remove } = await startTestKeycloak({ longRunning: true })
  const realms: Realm[] = []
  try {
    tell(`making ${2 * count} users …`)
    const stock = await openFallbackRealm(keycloak, {
      withoutBridge: true,
      change: (realm) => ({
        ...realm,
        browserFlow: 'browser',
        users: [...(realm.users ?? []), ...plain.map(withOwnOtp)],
      }),
    })
    const fallback = await openFallbackRealm(keycloak, {
      withoutBridge: true,
      change: (realm) => ({ ...realm, users: [...(realm.users ?? []), ...detour.map(withPasskey)] }),
    })
    realms.push(stock, fallback)
    await enrolAtBridge(fallback, detour)
    const bridge = await fallback.startBridge()
    await untilRealmSeen(bridge, fallback.realm)
    const own: Sample[] = []
    const viaBridge: Sample[] = []
    for (let round = 0; round <= rounds; round += 1) {
      tell(round === 0 ? 'warming up …' : `round ${round} of ${rounds} …`)
      const [from, to] = [round * perRound, (round + 1) * perRound]
      const cpu = () => ({ keycloak: groupCpuMs(keycloak.server.pid), bridge: processCpuMs(bridge.pid) })
      const a = await sample(plain.slice(from, to), parallel, cpu, (user) => ownOtpLogin(stock.application, user))
      const b = await sample(detour.slice(from, to), parallel, cpu, (user) => fallbackLogin(fallback.application, user))
      if (round > 0) {
        own.push(a)
        viaBridge.push(b)
      }
    }
    return compare(own, viaBridge)
  } finally {
    for (const realm of realms) await realm.remove()
    await remove()
  }
}

type Realm = Awaited<ReturnType<typeof openFallbackRealm>>
type Application = Realm['application']
type Cpu = { keycloak: number; bridge: number }
type Sample = { seconds: number; times: number[]; cpu: Cpu }

const enrolAtBridge = async ({ realm, keys, bridgeOptions }: Realm, users: readonly EnrolledUser[]): Promise<void> => {
  await mkdir(bridgeOptions.dataDir, { recursive: true })
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const database = await openDatabase(`sqlite:${join(bridgeOptions.dataDir, 'bridge.sqlite')}`, {
    sha256,
    clock: Date.now,
    log,
  })
  const dataKey = Buffer.from(readFileSync(keys.dataKeyFile, 'utf8'), 'base64')
  await storeFactors(database, { realm, dataKey, at: Date.now() }, users)
  await database.close()
}

const userOf = (user: EnrolledUser, credential: CredentialRepresentation): UserRepresentation => ({
  id: user.sub,
  username: user.name,
  enabled: true,
  email: `${user.name}@example.org`,
  firstName: user.name,
  lastName: 'Bench',
  emailVerified: true,
  credentials: [{ type: 'password', value: password, temporary: false }, credential],
})

const withOwnOtp = (user: EnrolledUser): UserRepresentation =>
  userOf(user, {
    type: 'otp',
    secretData: JSON.stringify({ value: user.secret }),
    credentialData: JSON.stringify({
      subType: 'totp',
      digits: 6,
      counter: 0,
      period: 30,
      algorithm: 'HmacSHA1',
      secretEncoding: 'BASE32',
    }),
  })

/** A passkey that is there but never used: each of these logins reports that its check failed. */
const withPasskey = (user: EnrolledUser): UserRepresentation => {
  const withFallback = userOf(user, {
    type: 'fallback-bridge-totp',
    secretData: '{}',
    credentialData: JSON.stringify({ handle: user.handle }),
  })
  withFallback.credentials?.push({
    type: 'webauthn',
    userLabel: 'passkey',
    secretData: '{}',
    credentialData: JSON.stringify({
      aaguid: '00000000-0000-0000-0000-000000000000',
      credentialId: randomBytes(32).toString('base64url'),
      counter: 0,
      credentialPublicKey: randomBytes(77).toString('base64url'),
      attestationStatementFormat: 'none',
      transports: ['internal'],
    }),
  })
  return withFallback
}

const sample = async (
  users: readonly EnrolledUser[],
  parallel: number,
  cpu: () => Cpu,
  login: (user: EnrolledUser) => Promise<PlainPage>,
): Promise<Sample> => {
  const times: number[] = []
  const queue = [...users]
  const before = cpu()
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (let user = queue.shift(); user !== undefined; user = queue.shift()) {
        const at = performance.now()
        const end = await login(user)
        if (end.arrivedAt === undefined) throw new Error(`a login of the benchmark did not arrive: ${end.url}`)
        times.push(performance.now() - at)
      }
    }),
  )
  const after = cpu()
  return {
    seconds: (performance.now() - startedAt) / 1000,
    times,
    cpu: { keycloak: after.keycloak - before.keycloak, bridge: after.bridge - before.bridge },
  }
}

const enterPassword = async (application: Application, user: EnrolledUser) => {
  const browser = createPlainBrowser(application.redirectUri)
  const login = formOf(await browser.get(startAuthorization(application).url), 'kc-form-login')
  return { browser, page: await browser.post(login.action, { ...login.fields, username: user.name, password }) }
}

const ownOtpLogin = async (application: Application, user: EnrolledUser): Promise<PlainPage> => {
  const { browser, page } = await enterPassword(application, user)
  const { action, fields } = formOf(page, 'kc-otp-login-form')
  return browser.post(action, { ...fields, otp: codeAt(user.secret, Date.now()) })
}

const fallbackLogin = async (application: Application, user: EnrolledUser): Promise<PlainPage> => {
  const { browser, page } = await enterPassword(application, user)
  const passkey = formOf(page, 'webauth')
  const codePage = await browser.post(passkey.action, { ...passkey.fields, error: 'NotAllowedError: bench' })
  const { action, fields } = formOf(codePage, 'fallback-bridge-code-form')
  return browser.post(action, { ...fields, code: codeAt(user.secret, Date.now()) })
}

const round = (value: number): number => Math.round(value * 100) / 100
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const figuresOf = (samples: readonly Sample[]) => {
  const times = samples.flatMap((one) => one.times)
  return {
    loginsPerSecond: round(times.length / sum(samples.map((one) => one.seconds))),
    login: percentilesOf(times),
    cpuMsPerLogin: round(sum(samples.map((one) => one.cpu.keycloak + one.cpu.bridge)) / times.length),
    bridgeCpuMsPerLogin: round(sum(samples.map((one) => one.cpu.bridge)) / times.length),
  }
}

const compare = (own: readonly Sample[], viaBridge: readonly Sample[]): LoginComparison => {
  const { bridgeCpuMsPerLogin: _none, ...plain } = figuresOf(own)
  const detour = figuresOf(viaBridge)
  return {
    logins: own.flatMap((one) => one.times).length,
    passwordAndOwnOtp: plain,
    passwordFailedPasskeyFallbackCode: detour,
    ratios: {
      time: round(plain.loginsPerSecond / detour.loginsPerSecond),
      cpu: round(detour.cpuMsPerLogin / plain.cpuMsPerLogin),
    },
  }
}
