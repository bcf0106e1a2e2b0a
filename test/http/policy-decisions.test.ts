import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { canonicalJson } from '../../bridge/domain/canonical-json.ts'
import { asId, type CaseId } from '../../bridge/domain/ids.ts'
import { decide } from '../../bridge/domain/policy/decide.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { demoPolicy } from '../support/builders.ts'
import {
  codeAt,
  createInstallation,
  createStepBridge,
  type Installation,
  type StepBridge,
} from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const factorPoints = (points: number): Policy => {
  const policy = demoPolicy()
  const [first] = policy.risk.factors
  assert.ok(first)
  return {
    ...policy,
    risk: { ...policy.risk, factors: [{ ...first, when: { always: true }, group: 'failure', points }] },
  }
}
const withProfile = (differs: Partial<Policy['profiles'][number]>, policy = demoPolicy()): Policy => ({
  ...policy,
  profiles: policy.profiles.map((profile) => (profile.name === 'standard' ? { ...profile, ...differs } : profile)),
})
const standardLimits = (() => {
  const profile = demoPolicy().profiles.find(({ name }) => name === 'standard')
  assert.ok(profile)
  return profile.limits
})()

describe('what the policy decides', () => {
  let store: TestStore
  let installation: Installation
  let secret: string
  let factors: unknown
  beforeEach(async () => {
    store = await openTestStore()
    installation = await createInstallation()
    ;({ secret, factors } = await (await under(demoPolicy())).enrol())
  })
  afterEach(() => store.close())

  const under = (policy: Policy, switchedOff?: 'realm' | 'client'): Promise<StepBridge> =>
    createStepBridge({ store, installation, policy, ...(switchedOff === undefined ? {} : { switchedOff }) })
  const begin = async (bridge: StepBridge, differs: Record<string, unknown> = {}) =>
    (await bridge.ask({ factors, ...differs })).answer
  const submit = async (bridge: StepBridge, differs: Record<string, unknown> = {}) => {
    const input = { code: codeAt(secret, bridge.now()) }
    return (await bridge.ask({ factors, action: 'submit', input, ...differs })).answer
  }
  const stored = (id: unknown) => store.unitOfWork((tx) => tx.decisions.find(asId('demo'), asId<CaseId>(String(id))))

  test('I13 R9: the whole input and outcome stand with the case, and deciding again gives the same, byte for byte', async () => {
    const policy = demoPolicy()
    const answer = await begin(await under(policy))
    const decision = await stored(answer['case'])
    assert.ok(decision)
    assert.equal(decision.policyDigest, policy.digest)
    assert.equal(decision.facts.rolloutBucket === undefined, false)
    assert.deepEqual(decision.facts.zones, ['this-machine'])
    assert.equal(canonicalJson(decide(policy, decision.facts)), decision.decisionText)
    assert.equal(canonicalJson(JSON.parse(decision.factsText)), decision.factsText)
  })

  test('R28: a score over the first band waits for an approval, as a case with its explanation', async () => {
    const bridge = await under(factorPoints(25))
    const answer = await begin(bridge)
    assert.deepEqual([answer['kind'], answer['stage']], ['wait', 'approval'])
    assert.deepEqual(answer['asked'], [{ label: 'service-desk-leads', count: 1, given: 0 }])
    const decision = (await stored(answer['case']))?.decision
    assert.deepEqual([decision?.outcome, decision?.assessment?.band], ['escalate', 'approval'])
    assert.equal((await submit(bridge))['kind'], 'wait', 'a right code does not replace the approval')
    assert.equal((await begin(bridge))['case'], answer['case'])
    assert.deepEqual((await store.historyEvents()).slice(-2), ['open', 'ask_approval'])
  })

  test('R28: a score in the last band is refused as too risky, on record', async () => {
    const policy = factorPoints(60)
    const bridge = await under({ ...policy, risk: { ...policy.risk, bands: { approval: 20, review: 40, closed: 60 } } })
    const answer = await begin(bridge)
    assert.equal(answer['reason'], 'risk_too_high')
    assert.equal((await stored(answer['case']))?.decision.assessment?.score.total, 60)
  })

  test('B01: cases that risk refuses count for the day’s limit, so that they cannot fill the database', async () => {
    const limits = { ...standardLimits, casesPerDay: 2 }
    const policy = withProfile({ limits }, factorPoints(60))
    const bridge = await under({ ...policy, risk: { ...policy.risk, bands: { approval: 20, review: 40, closed: 60 } } })
    for (const sid of ['s1', 's2']) assert.equal((await begin(bridge, { sid }))['reason'], 'risk_too_high')
    const third = await begin(bridge, { sid: 's3' })
    assert.deepEqual([third['reason'], third['case']], ['case_limit', undefined])
  })

  test('R48 R49: somebody whose roles administer the realm, or are not known, never helps himself', async () => {
    const bridge = await under(demoPolicy())
    const subjects = [
      { roles: ['realm-management/manage-users'], groups: [] },
      { roles: [], groups: ['/admins/emea'] },
      { groups: [] },
      {},
      undefined,
    ]
    for (const [at, subject] of subjects.entries()) {
      // Nobody may ask people more than three times a day.
      bridge.advance(86_400_001)
      const answer = await begin(bridge, { sid: `s${at}`, subject })
      assert.deepEqual([answer['kind'], answer['stage']], ['wait', 'approval'], String(at))
    }
  })

  test('R42 I5: points for a new device count where it is new and where nothing is known, and not where it is known', async () => {
    const policy = factorPoints(25)
    const factors = policy.risk.factors.map((factor) => ({ ...factor, when: { device: ['new' as const] } }))
    const bridge = await under({ ...policy, risk: { ...policy.risk, factors } })
    const known = await begin(bridge, { sid: 's1', device: { state: 'known', since: 1 } })
    assert.equal(known['kind'], 'code')
    assert.equal((await stored(known['case']))?.facts.device, 'known')
    assert.equal((await begin(bridge, { sid: 's2', device: { state: 'new' } }))['kind'], 'wait')
    const silent = await begin(bridge, { sid: 's3' })
    assert.equal(silent['kind'], 'wait')
    assert.equal((await stored(silent['case']))?.facts.device, undefined)
  })

  test('R10: while the owner’s account is not known to be enabled, every fallback waits for an approval', async () => {
    const bridge = await under(demoPolicy())
    for (const states of [{}, { 'policy-owner': 'disabled', 'policy-deputy': 'enabled' }] as const) {
      await store.unitOfWork((tx) => tx.owners.saveStates(asId('demo'), states, bridge.now()))
      assert.equal((await begin(bridge, { sid: `with ${Object.keys(states).length}` }))['kind'], 'wait')
    }
  })

  test('R14: an application that insists on the passkey’s level is refused before any code is asked for', async () => {
    const bridge = await under(demoPolicy())
    const answer = await begin(bridge, { requiredLevel: 2 })
    assert.deepEqual([answer['reason'], answer['case']], ['level_out_of_reach', undefined])
    assert.equal((await begin(bridge, { sid: 's2', requiredLevel: 1 }))['kind'], 'code')
    assert.equal((await submit(bridge, { sid: 's2', requiredLevel: 2 }))['reason'], 'level_out_of_reach')
  })

  test('R15: when the week’s fallbacks are used up there is no further one', async () => {
    const limits = { ...standardLimits, grantsPerWeek: 1 }
    const bridge = await under(withProfile({ limits }))
    await begin(bridge)
    assert.equal((await submit(bridge))['kind'], 'granted')
    assert.equal((await begin(bridge, { sid: 's2' }))['reason'], 'fallbacks_used_up')
    bridge.advance(7 * 86_400_000 + 1)
    assert.equal((await begin(bridge, { sid: 's3' }))['kind'], 'code')
  })

  test('R7: where the policy degrades, the session is the shorter one', async () => {
    const bridge = await under(withProfile({ degrade: { when: { zone: ['this-machine'] }, sessionSeconds: 600 } }))
    await begin(bridge)
    const granted = await submit(bridge)
    assert.equal(granted['endsAt'], Math.floor(bridge.now() / 1000) + 600)
  })

  test('R52: the off switch takes effect on the next step of an open case, and so does the loss of the policy', async () => {
    await begin(await under(demoPolicy()))
    for (const off of ['realm', 'client'] as const) {
      const switchedOff = await under(demoPolicy(), off)
      assert.equal((await submit(switchedOff))['reason'], 'switched_off')
      assert.equal((await begin(switchedOff))['reason'], 'switched_off')
      assert.equal((await begin(switchedOff, { sid: 'another' }))['reason'], 'switched_off')
    }
    const none = await createStepBridge({ store, installation, policy: undefined })
    assert.equal((await submit(none))['reason'], 'no_active_policy')
    assert.equal((await submit(await under(demoPolicy())))['kind'], 'granted')
  })

  test('R13: a path whose review date passes while a case is open is not walked to its end', async () => {
    const bridge = await under(demoPolicy())
    await begin(bridge)
    const policy = demoPolicy()
    const stale = { ...policy, paths: policy.paths.map((path) => ({ ...path, reviewBy: bridge.now() })) }
    assert.equal((await submit(await under(stale)))['reason'], 'no_path_available')
    assert.equal((await submit(await under({ ...policy, paths: [] })))['reason'], 'no_path_available')
  })

  test('R30: a case is walked in the network zones it was opened in, and nowhere else', async () => {
    const bridge = await under(demoPolicy())
    await begin(bridge)
    assert.equal((await submit(bridge, { ip: '203.0.113.9' }))['reason'], 'context_mismatch')
    assert.equal((await submit(bridge, { ip: 'unreadable' }))['reason'], 'context_mismatch')
    assert.equal((await begin(bridge, { ip: '203.0.113.9' }))['reason'], 'context_mismatch')
    assert.equal((await submit(bridge, { ip: '127.0.0.2' }))['kind'], 'granted', 'another address of the same zone')
  })

  test('I14: the numbers of a case are those of the decision that opened it', async () => {
    await begin(await under(demoPolicy()))
    const limits = { ...standardLimits, sessionSeconds: 60 }
    const granted = await submit(await under(withProfile({ limits })))
    assert.equal(granted['endsAt'], Math.floor(installation.clock() / 1000) + 28_800)
  })

  test('R26: a passkey that already succeeded in this login is offered before anything else, and Keycloak proves it', async () => {
    const policy = demoPolicy()
    const [first] = policy.paths
    assert.ok(first)
    const path = {
      ...first,
      id: asId<typeof first.id>('continue'),
      allOf: ['password', 'completed-passkey'] as const,
      isPhishingResistant: true,
    }
    const bridge = await under(
      withProfile({ paths: [path.id, first.id] }, { ...policy, paths: [path, ...policy.paths] }),
    )
    const completed = [{ type: 'passkey', at: bridge.now() - 1000 }]
    const shown = await begin(bridge, { completed })
    assert.deepEqual(
      [shown['kind'], shown['check'], shown['alternatives']],
      ['local_check', 'completed-passkey', false],
    )
    const reserved = await submit(bridge, { completed, input: {} })
    const report = (result: string) =>
      bridge.ask({ factors, completed, action: 'report', input: { attempt: reserved['attempt'], result } })
    assert.equal((await report('passed')).answer['kind'], 'granted')
  })
})
