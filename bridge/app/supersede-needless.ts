import { type FallbackCase, nextState } from '../domain/case.ts'
import type { CaseId, Instant, RealmName, UserId } from '../domain/ids.ts'
import { failureTimeOf } from './failure-time.ts'
import { holdCase } from './hold-case.ts'
import { lookAtEach } from './look-at-each.ts'
import type { Log, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'

/**
 * Whether the user has signed in with the passkey after this time of Keycloak's clock, as its event log tells.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export type HasPasskeyLogin = (realm: RealmName, user: UserId, after: Instant) => Promise<boolean>

export type SupersedeNeedlessDeps = {
  unitOfWork: UnitOfWork
  log: Log
  hasPasskeyLogin: HasPasskeyLogin
  recordChange: RecordChange
  isStopping: () => boolean
}

/** Cases asked about in one look, a question each; of more, the next look goes on with the others. */
export const mostCasesALook = 200

/**
 * Takes back what nobody needs any more: an open case, granted or not, of somebody who has signed in with the passkey
 * since the check failed (E3). Every look asks from the failure on, so that a login which Keycloak commits late is seen by
 * the next. Where Keycloak cannot be asked the look ends, and every case stays as it is.
 */
export const createSupersedeNeedless = (deps: SupersedeNeedlessDeps) => {
  const { unitOfWork, log, hasPasskeyLogin, recordChange, isStopping } = deps
  const nextSince = new Map<RealmName, Instant>()

  return async (realm: RealmName): Promise<void> => {
    const since = nextSince.get(realm) ?? 0
    const { open, failedAt } = await unitOfWork(async (tx) => {
      const found = await tx.cases.openSince(realm, since, mostCasesALook)
      const times = new Map<CaseId, Instant>()
      for (const one of found) times.set(one.id, await failureTimeOf(tx, one))
      return { open: found, failedAt: times }
    })
    const last = open.at(-1)
    nextSince.set(realm, last === undefined || open.length < mostCasesALook ? 0 : Math.max(last.openedAt, since + 1))
    await lookAtEach(open, isStopping, async (current) => {
      const after = failedAt.get(current.id) ?? current.openedAt
      if (await hasPasskeyLogin(realm, current.user, after)) await supersede(current)
    })
  }

  /** Looks at the case as it stands now: it may have ended, or let its person in, while Keycloak was asked. */
  async function supersede({ realm, id }: FallbackCase): Promise<void> {
    const isSuperseded = await unitOfWork(async (tx) => {
      const current = await holdCase(tx, realm, id)
      if (current === undefined || nextState(current.state, 'supersede') === undefined) return false
      await recordChange(tx, current, 'supersede', { actor: 'system', facts: { reason: 'biometric_succeeded' } })
      return true
    })
    if (isSuperseded) log.info('a case is needed no more', { realm, case: id, reason: 'biometric_succeeded' })
  }
}

export type SupersedeNeedless = ReturnType<typeof createSupersedeNeedless>
