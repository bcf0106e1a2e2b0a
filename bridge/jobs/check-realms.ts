import { checkRealm, type ExpectedRealm } from '../app/check-realm.ts'
import type { CheckUpkeep } from '../app/policy/check-upkeep.ts'
import type { Clock, Keycloak, Log } from '../app/ports.ts'
import type { Finding, RealmReport, RealmWatch } from '../app/realm-watch.ts'
import { unreachableText } from '../app/unreachable-realm.ts'
import { causeOf } from '../domain/cause-of.ts'
import type { RealmName } from '../domain/ids.ts'
import { createRepeat, type Repeated } from './repeat.ts'
import type { Timer } from './timer.ts'

export type CheckRealmsDeps = {
  keycloak: Pick<Keycloak, 'status'>
  /** Looks after the realm's active policy. */
  checkUpkeep: CheckUpkeep
  /** The realms served, each with what is expected of it. */
  realms: readonly { name: RealmName; expected: ExpectedRealm }[]
  clock: Clock
  timer: Timer
  log: Log
  /** Milliseconds between two looks. */
  everyMs: number
}

/** A Keycloak that could not be asked is asked again soon, so that a start in any order settles quickly. */
const retryMs = 5_000

/** Looks at every realm at the start and from then on, logs what changes, and keeps it for the readiness page (A10). */
export const createCheckRealms = (deps: CheckRealmsDeps): RealmWatch & Repeated => {
  const { keycloak, clock, log } = deps
  const reports = new Map<RealmName, RealmReport>(
    deps.realms.map(({ name }) => [name, { state: 'unknown', findings: [], checkedAt: undefined }]),
  )
  async function lookAtAll(): Promise<void> {
    await Promise.all(
      deps.realms.map(async ({ name, expected }) => {
        const report = await lookAt(name, expected)
        const before = reports.get(name)
        reports.set(name, report)
        if (before === undefined || summaryOf(before) !== summaryOf(report)) tell(name, report)
      }),
    )
  }

  async function lookAt(name: RealmName, expected: ExpectedRealm): Promise<RealmReport> {
    try {
      const status = await keycloak.status(name)
      const { server, provider, protocol } = status
      const ofRealm = checkRealm(status, expected)
      // Another release of the provider may not know what the upkeep asks for.
      const findings = stateOf(ofRealm) === 'refused' ? ofRealm : [...ofRealm, ...(await deps.checkUpkeep(name))]
      return { state: stateOf(findings), findings, checkedAt: clock(), versions: { server, provider, protocol } }
    } catch (error) {
      return { state: 'unreachable', findings: [], problem: causeOf(error), checkedAt: clock() }
    }
  }

  function tell(realm: RealmName, { state, findings, problem }: RealmReport): void {
    if (state === 'ready') log.info('realm is ready', { realm })
    if (state === 'unreachable') {
      log.warn('realm cannot be checked', { realm, error: problem ?? '', problem: unreachableText(problem) })
    }
    for (const { severity, code, text } of findings) {
      const report = severity === 'refuse' ? log.error : log.warn
      report('realm finding', { realm, kind: severity, code, problem: text })
    }
  }

  const isAway = () => [...reports.values()].some(({ state }) => state === 'unreachable')
  const pauseMs = () => (isAway() ? Math.min(retryMs, deps.everyMs) : deps.everyMs)
  return { current: () => reports, ...createRepeat({ timer: deps.timer, work: lookAtAll, pauseMs }) }
}

const stateOf = (findings: readonly Finding[]): RealmReport['state'] => {
  if (findings.some(({ severity }) => severity === 'refuse')) return 'refused'
  return findings.length === 0 ? 'ready' : 'warned'
}

const summaryOf = ({ state, findings, problem }: RealmReport): string =>
  [state, problem ?? '', ...findings.map(({ code, text }) => `${code} ${text}`)].join(' ')
