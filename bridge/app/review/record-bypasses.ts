import type { FallbackCase } from '../../domain/case.ts'
import type { Instant, RealmName } from '../../domain/ids.ts'
import { type AdminAct, type Bypass, bypassKey, bypassOf } from '../../domain/review/bypass.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Ids, Log, Transaction, UnitOfWork } from '../ports.ts'
import type { RecordOpening } from '../record-change.ts'
import type { CallReview } from './call-review.ts'
import { outsideCase } from './outside-case.ts'

/** Reads a realm's admin events since a time, oldest first. @throws BridgeError keycloak_unreachable, keycloak_refused */
export type ReadAdminActs = (realm: RealmName, since: Instant) => Promise<readonly AdminAct[]>

export type BypassStore = {
  /** Until when a realm's admin events were looked at; undefined where they never were. */
  lookedUntil: (realm: RealmName) => Promise<Instant | undefined>
  markLooked: (realm: RealmName, until: Instant) => Promise<void>
  /** True the first time; the same act is never two cases. */
  claim: (realm: RealmName, key: string, at: Instant) => Promise<boolean>
}

export type RecordBypassesDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  ids: Pick<Ids, 'case'>
  log: Log
  findPolicy: FindPolicy
  readAdminActs: ReadAdminActs
  recordOpening: RecordOpening
  callReview: CallReview
}

/** Keycloak commits events after it answered, so every look begins before the end of the last one. */
const overlapMs = 120_000
const noDigest = '0'.repeat(64)

/**
 * Finds what was done by hand that has the effect of a fallback, a credential removed, a password set, somebody
 * impersonated, a flow changed, and makes each a case that waits for its review (R8). The first look at a realm begins
 * now: what happened before the bridge came is not its to judge.
 */
export const createRecordBypasses = (deps: RecordBypassesDeps) => {
  const { unitOfWork, clock, log } = deps

  return async (realm: RealmName): Promise<void> => {
    const now = clock()
    const looked = await unitOfWork((tx) => tx.bypasses.lookedUntil(realm))
    if (looked !== undefined) {
      const acts = await deps.readAdminActs(realm, looked - overlapMs)
      for (const act of acts) {
        const bypass = bypassOf(act)
        if (bypass !== undefined) await record(realm, bypass)
      }
    }
    await unitOfWork((tx) => tx.bypasses.markLooked(realm, now))
  }

  async function record(realm: RealmName, bypass: Bypass): Promise<void> {
    const opened = await unitOfWork(async (tx) => {
      if (!(await tx.bypasses.claim(realm, bypassKey(bypass), clock()))) return undefined
      return open(tx, realm, bypass)
    })
    if (opened !== undefined)
      log.warn('an override outside of the process', { realm, case: opened.id, kind: bypass.kind })
  }

  async function open(tx: Transaction, realm: RealmName, bypass: Bypass): Promise<FallbackCase> {
    const at = clock()
    await tx.subjects.lock(realm, bypass.user)
    const { policy } = await deps.findPolicy(tx, realm, bypass.client, at)
    const fresh = outsideCase({
      realm,
      id: deps.ids.case(),
      user: bypass.user,
      client: bypass.client,
      at,
      policyDigest: policy?.digest ?? noDigest,
    })
    const actor = `user:${bypass.actor}`
    const facts = { kind: bypass.kind, occurredAt: bypass.at, recordedAt: at, outOfBand: true }
    await deps.recordOpening(tx, fresh, { actor, facts }, 'declare')
    return deps.callReview(tx, fresh, 'out_of_band')
  }
}

export type RecordBypasses = ReturnType<typeof createRecordBypasses>
