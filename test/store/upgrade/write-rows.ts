import { writeFileSync } from 'node:fs'
import { sql } from 'kysely'
import { z } from 'zod'
import { composeRecording } from '../../../bridge/compose-recording.ts'
import { type CaseEvent, caseStates } from '../../../bridge/domain/case.ts'
import { asId, type UserId } from '../../../bridge/domain/ids.ts'
import { migrations } from '../../../bridge/store/migrations/all.ts'
import { ada, because, createPolicyDesk, day } from '../../support/policy-desk.ts'
import { recordingPorts } from '../../support/recording-ports.ts'
import { codeAt, createStepBridge, wrongCode } from '../../support/step-bridge.ts'
import { openTestStore } from '../../support/test-store.ts'
import { at, demo, freshCase } from '../both-engines/fixtures.ts'
import { oldInstallation } from './installation.ts'
import { livePeople } from './live-people.ts'
import { rowsOfTable, tablesOf } from './schema.ts'
import { fileOfRows } from './stored-rows.ts'

/**
 * Writes the rows from which the upgrade tests make an old database: run once for each newest migration, before the next
 * one is written. It lives a day of a small installation, with the real steps, so that every table has rows as this
 * version leaves them and there is a case in every state.
 */
const store = await openTestStore('sqlite')
const { unitOfWork } = store
const installation = await oldInstallation()
const bridge = await createStepBridge({ store, installation })
const ports = recordingPorts(bridge.now, { secretBox: installation.secretBox })
const { recordChange, recordOpening } = composeRecording(ports)

/** Somebody with a factor, and what they do in a login of theirs. */
const person = async (name: string) => {
  const { secret, factors } = await bridge.enrol({ sub: `user-${name}` })
  const login = { sub: `user-${name}`, sid: `session-of-${name}`, factors }
  return {
    begin: (differs = {}) => bridge.ask({ ...login, ...differs }),
    wrong: (differs = {}) =>
      bridge.ask({ ...login, action: 'submit', input: { code: wrongCode(secret, bridge.now()) }, ...differs }),
    right: () => bridge.ask({ ...login, action: 'submit', input: { code: codeAt(secret, bridge.now()) } }),
    cancel: () => bridge.ask({ ...login, action: 'cancel' }),
  }
}

/** What the jobs would do with a person's open or granted case. */
const happen = (name: string, ...events: readonly CaseEvent[]) =>
  unitOfWork(async (tx) => {
    const binding = { realm: demo, user: asId<UserId>(`user-${name}`), session: `session-of-${name}` }
    let current = await tx.cases.findByBinding({ ...binding, tab: 'tab-1', client: 'app', execution: 'step-1' })
    for (const event of events) {
      if (current === undefined) throw new Error(`${name} has no case`)
      current = await recordChange(tx, current, event, { actor: 'system', facts: { reason: 'written_for_tests' } })
    }
  })

const desk = createPolicyDesk(unitOfWork, at)
const [first, second, third] = [await desk.add(demo, 3_600), await desk.add(demo, 7_200), await desk.add(demo, 10_800)]
await desk.activateByTwo({ realm: demo, digest: first ?? '', reason: because, expiresAt: undefined })
await desk.activateByTwo({ realm: demo, digest: second ?? '', reason: because, expiresAt: at + 30 * day })
await desk.activatePolicy({ realm: demo, digest: third ?? '', reason: because, expiresAt: undefined, person: ada })
await desk.switchFallback({ realm: demo, client: 'kiosk', to: 'off', reason: 'it is being moved', person: ada })

for (const name of ['granted', 'used', 'ended', 'to-review', 'closed']) {
  const somebody = await person(name)
  await somebody.begin()
  await somebody.right()
}
await happen('used', 'use')
await happen('ended', 'use', 'end')
await happen('to-review', 'use', 'end', 'call_review')
await happen('closed', 'use', 'end', 'call_review', 'review')
const locked = await person('denied')
for (const sid of ['session-1', 'session-of-denied']) {
  await locked.begin({ sid })
  for (let count = 0; count < 5; count += 1) await locked.wrong({ sid })
}
const cancelled = await person('cancelled')
await cancelled.begin()
await cancelled.cancel()
await (await person('expired')).begin()
await happen('expired', 'expire')
const elsewhere = await person('superseded')
await elsewhere.begin()
await elsewhere.begin({ sid: 'session-in-another-window' })
/** Cases on which people have still to decide, or have decided against. */
const decided: Readonly<Record<string, readonly CaseEvent[]>> = {
  opened: [],
  'to-approve': ['ask_approval'],
  'to-examine': ['ask_approval', 'approve', 'ask_evidence_review'],
  revoked: ['offer', 'revoke'],
  unratified: ['offer', 'unratify'],
}
for (const [name, events] of Object.entries(decided)) {
  const login = { user: asId<UserId>(`user-${name}`), session: `session-of-${name}` }
  await unitOfWork((tx) =>
    recordOpening(tx, freshCase({ id: ports.ids.case(), ...login }), { actor: `user:${login.user}`, facts: {} }),
  )
  await happen(name, ...events)
}
await bridge.ask({
  sub: 'user-enrolling',
  sid: 'enrolment',
  action: 'begin_enrolment',
  failure: undefined,
  input: { label: 'eve', issuer: 'Demo' },
})
await bridge.ask({ sub: 'user-elsewhere', factors: [{ type: 'keycloak-otp' }] }, bridge.otherRealm)
const own = { sub: 'user-own-otp', sid: 'session-of-own-otp', factors: [{ type: 'keycloak-otp' }] }
await bridge.ask(own)
await bridge.ask({ ...own, action: 'submit' })
const waiting = await person('waiting')
await waiting.begin()
await waiting.wrong()

const declared = (await rowsOfTable(store.database, 'fallback_case')).find(({ state }) => state === 'ended')
await livePeople(unitOfWork, asId(String(declared?.['id'])), ports.secretBox)

const ids = (await rowsOfTable(store.database, 'override_event')).map(({ id }) => asId<never>(z.string().parse(id)))
await unitOfWork(async (tx) => {
  for (const [index, state] of (['written', 'written', 'confirmed', 'parked'] as const).entries()) {
    const event = ids[index]
    if (event === undefined) throw new Error('too few override events')
    await tx.outbox.mark(demo, event, 'written', bridge.now())
    await tx.outbox.mark(demo, event, state, bridge.now())
  }
  for (const kind of ['read_back_event', 'confirm_session', 'end_session'] as const) {
    await tx.jobs.add({ kind, realm: demo, lane: `${kind}:1`, about: String(ids[0]), dueAt: bridge.now() })
  }
  await tx.jobs.lease(bridge.now(), 'an-old-process', bridge.now() + 60_000, 2)
})

const inOrder = async (): Promise<readonly string[]> => {
  const { rows } = await sql<{ child: string; parent: string }>`
    select s.name as child, f."table" as parent from sqlite_schema as s, pragma_foreign_key_list(s.name) as f
    where s.type = 'table'`.execute(store.database.kysely)
  const placed: string[] = []
  const place = (table: string): void => {
    for (const { child, parent } of rows) if (child === table && !placed.includes(parent)) place(parent)
    if (!placed.includes(table)) placed.push(table)
  }
  for (const table of await tablesOf(store.database)) if (table !== 'schema_migration') place(table)
  return placed
}
const present = new Set((await rowsOfTable(store.database, 'fallback_case')).map(({ state }) => state))
const missing = caseStates.filter((state) => !present.has(state))
if (missing.length > 0) throw new Error(`no case is ${missing.join(', ')}: let one come to it here`)
const lines: string[] = []
for (const table of await inOrder()) {
  const rows = await rowsOfTable(store.database, table)
  if (rows.length === 0) throw new Error(`${table} has no rows: let something happen here that leaves some`)
  lines.push(...rows.map((row) => JSON.stringify({ table, row })))
}
writeFileSync(fileOfRows(migrations.length), `${lines.join('\n')}\n`)
await store.close()
