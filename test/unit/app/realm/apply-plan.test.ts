import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Applied, applyPlan } from '../../../../bridge/app/realm/apply-plan.ts'
import { removeFallback } from '../../../../bridge/app/realm/remove-fallback.ts'
import type { RealmState } from '../../../../bridge/domain/realm/realm-state.ts'
import type { RealmWish } from '../../../../bridge/domain/realm/realm-wish.ts'
import { isAsWished, verifyRealm } from '../../../../bridge/domain/realm/verify-realm.ts'
import { createFakeRealm, type FakeRealm } from '../../../support/fake-realm-admin.ts'
import {
  deepFlow,
  everySecondFactor,
  flowsOf,
  formsFlow,
  passwordlessFlow,
  portalFlow,
  realmWith,
  stockExport,
  theirs,
  wishFor,
} from '../../../support/realm-states.ts'

const apply = (realm: FakeRealm, wish: RealmWish): Promise<Applied> =>
  applyPlan({ admin: realm.admin, wish, progress: () => undefined })
const remove = (realm: FakeRealm, wish: RealmWish) =>
  removeFallback({ admin: realm.admin, clientId: wish.clientId, progress: () => undefined })

const applications = (ownFlow?: string) => [
  { id: '1', clientId: 'app', ownFlow, takesLogins: true, defaultScopes: ['acr'] },
  { id: '2', clientId: 'other', ownFlow: undefined, takesLogins: true, defaultScopes: [] },
]

const layouts: Readonly<Record<string, { start: RealmState; wish: RealmWish }>> = {
  stock: { start: realmWith(flowsOf(stockExport())), wish: wishFor({ enableWebAuthn: true }) },
  passwordless: { start: realmWith([passwordlessFlow()]), wish: wishFor() },
  'five levels deep': { start: realmWith([deepFlow()]), wish: wishFor() },
  'a client with a flow of its own': {
    start: realmWith([passwordlessFlow(), portalFlow()], { clients: applications('portal') }),
    wish: wishFor(),
  },
  'every second factor': { start: realmWith([everySecondFactor()]), wish: wishFor() },
  'passkeys in Keycloak’s own form': {
    start: realmWith(flowsOf(stockExport()), { passkeysInForm: true }),
    wish: wishFor(),
  },
  'passkeys in the form and as second factor': {
    start: realmWith(flowsOf(stockExport()), { passkeysInForm: true }),
    wish: wishFor({ enableWebAuthn: true }),
  },
  'passkeys in a form of names and one of passwords': {
    start: realmWith([formsFlow()], { passkeysInForm: true }),
    wish: wishFor(),
  },
  'passkeys both in its forms and as a step': {
    start: realmWith([passwordlessFlow()], { passkeysInForm: true }),
    wish: wishFor(),
  },
  'settings of its own': {
    start: realmWith([deepFlow()], {
      acrMap: { bronze: 1 },
      events: {
        eventsEnabled: true,
        adminEventsEnabled: false,
        adminEventsDetailsEnabled: false,
        enabledEventTypes: ['LOGIN'],
      },
      action: { enabled: false, config: {} },
      userVerification: { twoFactor: 'preferred', passwordless: 'discouraged' },
    }),
    wish: wishFor(),
  },
  'one client only': {
    start: realmWith([passwordlessFlow()], { clients: applications() }),
    wish: wishFor({ onlyClient: 'app' }),
  },
  'a client and roles for people that somebody made by hand': {
    start: realmWith([deepFlow()], {
      people: { ...theirs, roles: [{ name: 'fallback-desk-lead', description: 'By hand', isHeld: true }] },
    }),
    wish: wishFor(),
  },
  'nothing for people wished': { start: realmWith([deepFlow()]), wish: wishFor({ withPeople: false }) },
  'a pilot group': {
    start: realmWith([deepFlow()], { group: { path: '/pilot', pilotRoles: [] } }),
    wish: wishFor({ pilotGroup: '/pilot' }),
  },
}

const sorted = (state: RealmState): RealmState => ({ ...state, flowAliases: state.flowAliases.toSorted() })

for (const [name, { start, wish }] of Object.entries(layouts)) {
  describe(`a realm with ${name}`, () => {
    test('R13 A10: apply makes it as wished, the realm’s binding is the last change, and a second time changes nothing', async () => {
      const realm = createFakeRealm(start)
      const applied = await apply(realm, wish)
      assert.equal(applied.outcome, 'applied')
      assert.ok(isAsWished(verifyRealm(realm.state(), wish)), JSON.stringify(verifyRealm(realm.state(), wish)))
      assert.match(realm.calls.at(-1) ?? '', /^bind/)
      const made = realm.calls.length
      assert.equal((await apply(realm, wish)).outcome, 'unchanged')
      assert.equal(realm.calls.length, made)
    })

    test('R8: remove gives back the very realm that was there before', async () => {
      const realm = createFakeRealm(start)
      await apply(realm, wish)
      assert.equal((await remove(realm, wish)).outcome, 'removed')
      assert.deepEqual(sorted(realm.state()), sorted(start))
      assert.equal((await remove(realm, wish)).outcome, 'unchanged')
    })

    test('R8: flows that were there before are never touched', async () => {
      const realm = createFakeRealm(start)
      await apply(realm, wish)
      const after = realm.state()
      for (const flow of start.flows)
        assert.deepEqual(
          after.flows.find(({ alias }) => alias === flow.alias),
          flow,
        )
    })

    for (const when of ['before', 'after'] as const) {
      test(`A10: apply may fail at any call, ${when} its work: logins go their old way until the end, and a second run finishes`, async () => {
        const whole = createFakeRealm(start)
        await apply(whole, wish)
        for (let number = 0; number < whole.calls.length; number += 1) {
          const realm = createFakeRealm(start)
          realm.failAt(number, when)
          await assert.rejects(apply(realm, wish), { code: 'keycloak_unreachable' }, `call ${number}`)
          const isLast = number === whole.calls.length - 1
          if (!(isLast && when === 'after'))
            assert.equal(realm.state().browserFlow, start.browserFlow, `call ${number}`)
          realm.neverFail()
          await apply(realm, wish)
          assert.ok(isAsWished(verifyRealm(realm.state(), wish)), `call ${number}`)
          await remove(realm, wish)
          assert.deepEqual(sorted(realm.state()), sorted(start), `call ${number}`)
        }
      })

      test(`A10: remove may fail at any call, ${when} its work, and a second run finishes`, async () => {
        const whole = createFakeRealm(start)
        await apply(whole, wish)
        const made = whole.calls.length
        await remove(whole, wish)
        for (let number = 0; number < whole.calls.length - made; number += 1) {
          const realm = createFakeRealm(start)
          await apply(realm, wish)
          realm.failAt(number, when)
          await assert.rejects(remove(realm, wish), { code: 'keycloak_unreachable' }, `call ${number}`)
          realm.neverFail()
          await remove(realm, wish)
          assert.deepEqual(sorted(realm.state()), sorted(start), `call ${number}`)
        }
      })
    }
  })
}

describe('a realm that is changed', () => {
  const start = realmWith([deepFlow()], { group: { path: '/pilot', pilotRoles: [] } })

  test('R13: a pilot ends with a new copy for everybody, and the pilot’s copy is gone', async () => {
    const realm = createFakeRealm(start)
    await apply(realm, wishFor({ pilotGroup: '/pilot' }))
    assert.equal(realm.state().browserFlow, 'company with fallback')
    await apply(realm, wishFor())
    assert.equal(realm.state().browserFlow, 'company with fallback 2')
    assert.deepEqual(
      realm.state().flows.map(({ alias }) => alias),
      ['company', 'company with fallback 2'],
    )
    assert.equal((await apply(realm, wishFor())).outcome, 'unchanged')
    await remove(realm, wishFor())
    assert.deepEqual(sorted(realm.state()), sorted(start))
  })

  test('R8: somebody’s edit of the copy is drift, and apply builds a new copy rather than edit the bound one', async () => {
    const realm = createFakeRealm(start)
    await apply(realm, wishFor())
    realm.meddle((state) => ({
      ...state,
      flows: state.flows.map((flow) =>
        flow.alias === state.browserFlow ? { ...flow, children: flow.children.slice(0, 1) } : flow,
      ),
    }))
    assert.match(verifyRealm(realm.state(), wishFor()).drift.join('\n'), /company with fallback 2/)
    await apply(realm, wishFor())
    assert.ok(isAsWished(verifyRealm(realm.state(), wishFor())))
  })

  test('A10: where what came out is not what was meant, everything is taken back', async () => {
    const realm = createFakeRealm(start)
    const { bindRealm } = realm.admin
    const admin = {
      ...realm.admin,
      bindRealm: async (alias: string) => {
        await bindRealm(alias)
        if (alias === start.browserFlow) return
        realm.meddle((state) => ({ ...state, userVerification: { twoFactor: 'preferred', passwordless: 'required' } }))
      },
    }
    const applied = await applyPlan({ admin, wish: wishFor(), progress: () => undefined })
    assert.equal(applied.outcome, 'rolled_back')
    const { userVerification, ...rest } = sorted(realm.state())
    assert.equal(userVerification.twoFactor, 'preferred')
    const { userVerification: _, ...before } = sorted(start)
    assert.deepEqual(rest, before)
  })

  test('A10: a later apply that fails its verification goes back to the copy that was bound', async () => {
    const realm = createFakeRealm(start)
    await apply(realm, wishFor())
    const before = realm.state()
    const { describeFlow } = realm.admin
    const admin = { ...realm.admin, describeFlow: async (alias: string) => describeFlow(alias, 'somebody was quicker') }
    const wish = wishFor({ bridgeUrl: 'https://other.example.org' })
    const applied = await applyPlan({ admin, wish, progress: () => undefined })
    assert.equal(applied.outcome, 'rolled_back')
    assert.equal(realm.state().browserFlow, before.browserFlow)
    assert.deepEqual(
      realm.state().flows.map(({ alias }) => alias),
      before.flows.map(({ alias }) => alias),
    )
  })

  test('A10: a flow that somebody changes while it is copied is not built upon', async () => {
    const realm = createFakeRealm(start)
    const { copyFlow } = realm.admin
    const admin = {
      ...realm.admin,
      copyFlow: async (source: string, alias: string) => {
        realm.meddle((state) => ({
          ...state,
          flows: state.flows.map((flow) => ({ ...flow, children: flow.children.toReversed() })),
        }))
        await copyFlow(source, alias)
      },
    }
    await assert.rejects(applyPlan({ admin, wish: wishFor(), progress: () => undefined }), {
      code: 'keycloak_refused',
      cause: { code: 'flow_changed_meanwhile' },
    })
    assert.equal(realm.state().browserFlow, 'company')
    await apply(realm, wishFor())
    assert.ok(isAsWished(verifyRealm(realm.state(), wishFor())))
  })

  test('R8: the way back is known also without the record', async () => {
    const realm = createFakeRealm(start)
    await apply(realm, wishFor())
    realm.meddle((state) => ({ ...state, bridgeClient: undefined }))
    await remove(realm, wishFor())
    assert.equal(realm.state().browserFlow, 'company')
  })
})
