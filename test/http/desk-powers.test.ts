import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { OperationName } from '../../bridge/app/operations/operation-names.ts'
import type { Act } from '../../bridge/domain/policy/ceilings.ts'
import { describeOperations } from '../../bridge/http/operations/describe-operations.ts'
import { readCheckedPolicy } from '../../bridge/policy/read-policy.ts'
import { rowsOfTable } from '../store/upgrade/schema.ts'
import { ada, because, createPeopleBridge, type PeopleBridge, type Told } from '../support/people-bridge.ts'
import { leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const role = 'fallback-desk-lead'
const remotePack = readCheckedPolicy(
  readFileSync(new URL('../../bridge/policy/packs/remote.yaml', import.meta.url), 'utf8'),
)

/** Every call of the API, as its document has them. */
const calls = Object.entries(describeOperations().paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { operationId: OperationName }>).map(([method, { operationId }]) => ({
    path,
    method,
    operation: operationId,
  })),
)

/** What the desk may do to a case. */
const acts: readonly Act[] = ['approve', 'declare', 'open-for-another', 'revoke']

describe('the service desk, in the pack for people outside of the office', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    const policy = {
      ...peoplePolicy({ approvals: [{ group: leads, count: 1 }], verbal: { withinSeconds: 600 } }),
      authority: [{ role, acts, profiles: ['standard' as const], tiers: ['standard' as const] }],
    }
    bridge = await createPeopleBridge({ store, policy })
    bridge.people.put('demo', 'desk', { roles: [role], groups: [leads] })
  })
  afterEach(() => store.close())

  test('R45 R19: may do no more than these acts, none of which resets anything', () => {
    assert.ok(remotePack)
    const own = remotePack.authority.filter((line) => line.role === role && line.profiles.includes('remote'))
    assert.deepEqual([...new Set(own.flatMap((line) => line.acts))].sort(), acts)
    assert.ok(own.every(({ tiers }) => !tiers.includes('privileged')))
  })

  test('R45: whatever call of the API it makes, none gives a session, a code or a credential; the person’s own code does', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id, 'desk')
    const factors = await rowsOfTable(store.database, 'factor')
    const shown = await bridge.approval(login)
    const bodies: Partial<Record<OperationName, object>> = {
      addEvidence: { item: 'what-happened', text: 'She called from her own number.' },
      decideApproval: shown,
      declarePastOverride: {
        user: ada,
        client: 'app',
        occurredAt: new Date(bridge.clock() - 60_000).toISOString(),
        what: 'Somebody was let in by word of mouth.',
        reason: because,
      },
      recordVerbalApproval: { ...shown, verdict: undefined, approver: 'lead' },
    }
    const answers: Told[] = []
    // A revocation would end what is looked at; that it gives nothing is plain.
    for (const { path, method, operation } of calls.filter((one) => one.operation !== 'revokeCase')) {
      const at = path.replace('{case}', login.id).replace('{evidence}', 'none')
      const query = operation === 'countFailures' ? '?by=site' : ''
      const body = method === 'post' ? (bodies[operation] ?? {}) : undefined
      answers.push(await bridge.send(await bridge.token('desk'), method, `${at}${query}`, body))
    }
    assert.equal((await bridge.story(login.id)).case.state, 'awaiting_factor', 'the yes counted')
    assert.deepEqual(await rowsOfTable(store.database, 'factor'), factors)
    const said = answers.map(({ body }) => JSON.stringify(body)).join('\n')
    assert.doesNotMatch(said, new RegExp(`otpauth|${login.secret}|${login.match}"`))
    const states = (await rowsOfTable(store.database, 'fallback_case')).map(({ state }) => state)
    assert.deepEqual(states.toSorted(), ['awaiting_factor', 'review_due'])
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
  })
})
