import { type RawBuilder, sql } from 'kysely'
import type { Factor, Transaction } from '../../../bridge/app/ports.ts'
import type { FallbackCase } from '../../../bridge/domain/case.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import type { OverrideEvent } from '../../../bridge/domain/override-event.ts'
import { binding } from '../../support/builders.ts'
import type { OpenStore } from '../../support/each-engine.ts'

export const demo: RealmName = asId('demo')
export const other: RealmName = asId('other')
export const at = 1_800_000_000_000

/** A case as it is when it is opened; give what differs. */
export const freshCase = (differs: Partial<FallbackCase> = {}): FallbackCase => ({
  ...binding(),
  id: asId('fb-1'),
  state: 'opened',
  version: 1,
  profile: 'standard',
  policyDigest: 'a'.repeat(64),
  path: undefined,
  offered: [asId('password-bridge-totp'), asId('password-keycloak-otp')],
  failureClass: 'cancelled_or_timed_out',
  attempts: 0,
  pendingAttempt: undefined,
  openedAt: at,
  expiresAt: at + 600_000,
  grantedAt: undefined,
  endsAt: undefined,
  ...differs,
})

/** A confirmed factor that was never used; give what differs. */
export const freshFactor = (differs: Partial<Factor> = {}): Factor => ({
  handle: asId('factor-1'),
  realm: demo,
  user: asId('user-ada'),
  state: 'confirmed',
  session: 'session-1',
  secret: { keyId: 'key-1', box: new Uint8Array([0, 1, 127, 128, 255]) },
  lastStep: undefined,
  confirmAttempts: 0,
  createdAt: at,
  confirmedAt: differs.state === 'pending' ? undefined : at,
  ...differs,
})

/** An override event of the fresh case; give what differs. */
export const freshEvent = (differs: Partial<OverrideEvent> = {}): OverrideEvent => ({
  id: asId('event-1'),
  realm: demo,
  case: asId('fb-1'),
  user: asId('user-ada'),
  name: 'CASE_OPENED',
  at,
  representation: { event: 'CASE_OPENED', history: { seq: 1, hash: 'b'.repeat(64) }, path: null },
  ...differs,
})

/** One history record of a case. */
export const record = (of: FallbackCase, attempt = 0) => ({
  realm: of.realm,
  case: of.id,
  at,
  event: 'refuse_code' as const,
  state: of.state,
  actor: `user:${of.user}`,
  facts: { attempt, detail: 'quotes " and \u0000 and \u{1f600}', list: ['a', null, true] },
})

/** Does one thing in a transaction of its own. */
export const once = <Result>(store: OpenStore, work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
  store.unitOfWork(work)

/** Runs a statement of a test past the stores. */
export const execute = async (store: OpenStore, statement: string | RawBuilder<unknown>): Promise<unknown[]> => {
  const builder = typeof statement === 'string' ? sql.raw(statement) : statement
  return [...(await builder.execute(store.database.kysely)).rows]
}

/** For assert.rejects: the bridge's error with this code. */
export const isCode = (code: BridgeError['code']) => (error: unknown) =>
  error instanceof BridgeError && error.code === code
