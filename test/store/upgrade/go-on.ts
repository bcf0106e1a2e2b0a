import assert from 'node:assert/strict'
import { z } from 'zod'
import { createEndSession } from '../../../bridge/app/end-session.ts'
import { createExpireCase } from '../../../bridge/app/expire-case.ts'
import type { Job, JobKind } from '../../../bridge/app/ports.ts'
import { composeRecording } from '../../../bridge/compose-recording.ts'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { verifyChain } from '../../../bridge/domain/history.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { verifyPolicyChain } from '../../../bridge/domain/policy/policy-history.ts'
import { readHistory } from '../../../bridge/store/history-reader.ts'
import type { OpenStore } from '../../support/each-engine.ts'
import { recordingPorts } from '../../support/recording-ports.ts'
import { codeAt, createStepBridge } from '../../support/step-bridge.ts'
import { demo, once } from '../both-engines/fixtures.ts'
import { oldInstallation, writtenAt } from './installation.ts'
import { rowsOfTable } from './schema.ts'

const caseRow = z.object({
  id: z.string(),
  realm: z.string(),
  user_id: z.string(),
  state: z.string(),
  opened_at: z.number(),
})

const casesOf = async (store: OpenStore) =>
  (await rowsOfTable(store.database, 'fallback_case')).map((row) => caseRow.parse(row))

const caseOf = async (store: OpenStore, user: string) => {
  const found = (await casesOf(store)).find(({ user_id }) => user_id === `user-${user}`)
  assert.ok(found, user)
  return found
}

/** The histories of all cases and realms are whole, by the code of this version. */
export const assertChains = async (store: OpenStore): Promise<void> => {
  const cases = await casesOf(store)
  assert.ok(cases.length >= 13)
  for (const { realm, id } of cases) {
    const history = await readHistory(store.database.kysely, asId(realm), asId(id))
    assert.ok(history.length >= 1, id)
    assert.equal(verifyChain(sha256, history), undefined, id)
  }
  assert.equal(verifyPolicyChain(sha256, await once(store, (tx) => tx.policyHistory.list(demo))), undefined)
}

/**
 * A person who was in the middle of a fallback proves the factor enrolled before the upgrade, and is answered so.
 */
export const submitOpenCase = async (store: OpenStore): Promise<Readonly<Record<string, unknown>>> => {
  const { opened_at } = await caseOf(store, 'waiting')
  const installation = await oldInstallation(opened_at + 60_000)
  const handles = (await rowsOfTable(store.database, 'factor')).map(({ handle }) => asId<never>(String(handle)))
  const [factor] = await once(store, (tx) => tx.factors.findConfirmed(demo, asId('user-waiting'), handles))
  assert.ok(factor)
  const place = ['factor', factor.realm, factor.user, factor.handle, 'totp-secret']
  const secret = installation.secretBox.open(factor.secret, place)
  const bridge = await createStepBridge({ store: { ...store, historyEvents: async () => [] }, installation })
  const { answer } = await bridge.ask({
    sub: 'user-waiting',
    sid: 'session-of-waiting',
    factors: [{ type: 'bridge-totp', handle: factor.handle }],
    action: 'submit',
    input: { code: codeAt(secret, bridge.now()) },
  })
  return answer
}

/** What jobs of the older version still have to do is done: a case expires, a session is ended. */
export const finishOldJobs = async (store: OpenStore): Promise<void> => {
  const clock = () => writtenAt + 365 * 86_400_000
  const { unitOfWork } = store
  const { recordChange, callDueReviews } = composeRecording(recordingPorts(clock))
  const job = (kind: JobKind, about: string): Job => ({
    ...{ id: '0', kind, realm: demo, lane: 'lane', about, dueAt: 0, attempts: 1 },
  })
  const waiting = await caseOf(store, 'own-otp')
  await createExpireCase({ unitOfWork, clock, recordChange })(job('expire_case', waiting.id))
  const used = await caseOf(store, 'used')
  const keycloak = { findFallbackSession: async () => undefined, endFallbackSession: async () => false }
  await createEndSession({ unitOfWork, clock, recordChange, keycloak, callDueReviews, readBackDelayMs: 0 })(
    job('end_session', used.id),
  )
  const eventsOf = async ({ id }: { id: string }) =>
    (await readHistory(store.database.kysely, demo, asId(id))).map(({ event }) => event)
  assert.ok((await eventsOf(waiting)).includes('expire'))
  assert.ok((await eventsOf(used)).includes('end'))
}

/** Jobs of the older version are taken before those of this one, whose numbers are above theirs. */
export const assertJobsInOrder = async (store: OpenStore): Promise<void> => {
  const numbers = (await rowsOfTable(store.database, 'job')).map(({ id }) => Number(id))
  await once(store, (tx) => tx.jobs.add({ kind: 'expire_case', realm: demo, lane: 'new', about: 'new', dueAt: 0 }))
  const added = (await rowsOfTable(store.database, 'job')).find(({ lane }) => lane === 'new')
  assert.ok(Number(added?.['id']) > Math.max(...numbers))
  const leased = await once(store, (tx) => tx.jobs.lease(Number.MAX_SAFE_INTEGER, 'new', 1, 1_000))
  const lanes = new Set(leased.map(({ lane }) => lane))
  assert.equal(lanes.size, leased.length)
  assert.ok(leased.length > 10)
}
