import assert from 'node:assert/strict'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { applyPlan } from '../../bridge/app/realm/apply-plan.ts'
import type { RealmAdmin } from '../../bridge/app/realm/realm-ports.ts'
import { removeFallback } from '../../bridge/app/realm/remove-fallback.ts'
import { asId } from '../../bridge/domain/ids.ts'
import type { RealmWish } from '../../bridge/domain/realm/realm-wish.ts'
import { isAsWished, verifyRealm } from '../../bridge/domain/realm/verify-realm.ts'
import { createRealmAdmin } from '../../bridge/keycloak/realm-admin.ts'
import { doorsOf } from './doors.ts'
import { type FallbackRealm, openFallbackRealm } from './fallback-realm.ts'
import { assertOutside } from './nobody-in.ts'
import { withoutFallback } from './realm-layouts.ts'
import { wishFor } from './realm-states.ts'
import { sharedKeycloak } from './shared-keycloak.ts'
import { openTab, type PasskeyUser, type Tab } from './tab.ts'
import { tryAllDoors } from './try-all-doors.ts'

/** A realm that knew nothing of the fallback, and what the tool needs to work on it. */
export type Existing = { realm: FallbackRealm; admin: RealmAdmin; wish: RealmWish; exportNow: () => Promise<unknown> }

/** Makes one, as Keycloak makes realms, with one application; its bridge is not started yet. */
export const openExisting = async (
  change: (realm: RealmRepresentation) => RealmRepresentation,
  differs: Partial<RealmWish> = {},
): Promise<Existing> => {
  const keycloak = await sharedKeycloak()
  const realm = await openFallbackRealm(keycloak, {
    change: (demo) => change(withoutFallback(demo)),
    withoutBridge: true,
  })
  const { clientId, clientSecret } = keycloak.admins
  const admin = createRealmAdmin({
    url: keycloak.baseUrl,
    realm: realm.realm,
    signInRealm: asId('master'),
    installer: { clientId, clientSecret: () => clientSecret },
    clock: Date.now,
  })
  const wish = wishFor({
    bridgeUrl: `http://localhost:${realm.bridgeOptions.port}`,
    bridgeId: realm.bridgeOptions.bridgeId,
    thumbprints: [realm.keys.answerKeyThumbprint],
    jwks: JSON.stringify(realm.keys.clientJwks),
    ...differs,
  })
  return { realm, admin, wish, exportNow: () => exportOf(realm) }
}

/** What Keycloak exports, without the order that it happens to have. */
export const exportOf = async ({ admin, realm }: FallbackRealm): Promise<unknown> =>
  inOrder(await admin.realms.export({ realm, exportClients: true, exportGroupsAndRoles: true }))

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.map(inOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, inOrder(one)]),
  )
}

/** Applies the wish. */
export const apply = ({ admin, wish }: Existing) => applyPlan({ admin, wish, progress: () => undefined })

/** Applies, and starts the bridge for what came out. */
export const install = async (existing: Existing): Promise<void> => {
  const applied = await apply(existing)
  assert.equal(applied.outcome, 'applied', JSON.stringify(applied))
  await existing.realm.startBridge()
}

/** Applied twice, verified in so many bound flows, removed: nothing of it is left. */
export const assertCanBeTakenBack = async (existing: Existing, before: unknown, flows = 1): Promise<void> => {
  const { admin, wish, realm } = existing
  assert.equal((await apply(existing)).outcome, 'unchanged')
  const found = verifyRealm(await admin.read({ clientId: wish.clientId, pilotGroup: wish.pilotGroup }), wish)
  assert.ok(isAsWished(found), JSON.stringify(found))
  assert.equal(found.proved.length, flows)
  await realm.bridge?.stop()
  const removed = await removeFallback({ admin, clientId: wish.clientId, progress: () => undefined })
  assert.equal(removed.outcome, 'removed')
  assert.deepEqual(await existing.exportNow(), before)
}

/** No post and no link of somebody on this page leads to the fallback, as long as nothing has failed. */
export const assertNoWayAround = async (
  { realm }: Existing,
  flow: string,
  own: string,
  stand: (tab: Tab) => Promise<unknown>,
): Promise<void> => {
  const tab = openTab(realm.application)
  await tryAllDoors(
    tab,
    async () => {
      await stand(tab)
      assertOutside(tab, 'the page before')
    },
    { own, doors: await doorsOf(realm, flow), fields: () => [{}, { code: '000000' }], goodCode: () => '000000' },
  )
}

/** Keycloak offers first what stands first among somebody's credentials. */
export const preferPasskey = async ({ admin, realm }: FallbackRealm, { id }: PasskeyUser): Promise<void> => {
  const credentials = await admin.users.getCredentials({ realm, id })
  const credentialId = credentials.find(({ type }) => type === 'webauthn-passwordless')?.id ?? ''
  await admin.users.moveCredentialPositionUp({ realm, id, credentialId })
}
