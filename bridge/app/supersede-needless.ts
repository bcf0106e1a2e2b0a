import { type FallbackCase, nextState } from '../domain/case.ts'
import type { Instant, RealmName, UserId } from '../domain/ids.ts'
import { holdCase } from './hold-case.ts'
import type { Log, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'

/**
 * Whether the user has signed in with the passkey after this time, as Keycloak's event log tells.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export type HasPasskeyLogin = (realm: RealmName, user: UserId, after: Instant) => Promise<boolean>

export type SupersedeNeedlessDeps = {
  unitOfWork: UnitOfWork
  log: Log
  hasPasskeyLogin: HasPasskeyLogin
  recordChange: RecordChange
}

/** Cases asked about in one look, a question each; of more, the next look goes on with the others. */
export const mostCasesALook = 200

/**
 * Takes back what nobody needs any more: an open case, granted or not, of somebody who has signed in with the passkey
 * since it was opened (E3). Every look asks from the opening on, so that a login which Keycloak commits late is seen by
 * the next. Where Keycloak cannot be asked the look ends, and every case stays as it is.
 */
export const createSupersedeNeedless = (deps: SupersedeNeedlessDeps) => {
  const { unitOfWork, log, hasPasskeyLogin, recordChange } = deps
  const nextSince = new Map<RealmName, Instant>()

  return async (realm: RealmName): Promise<void> => {
    const since = nextSince.get(realm) ?? 0
    const open = await unitOfWork((tx) => tx.cases.openSince(realm, since, mostCasesALook))
    const last = open.at(-1)
    nextSince.set(realm, last === undefined || open.length < mostCasesALook ? 0 : Math.max(last.openedAt, since + 1))
    for (const current of open) {
      if (await hasPasskeyLogin(realm, current.user, current.openedAt)) await supersede(current)
    }
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
