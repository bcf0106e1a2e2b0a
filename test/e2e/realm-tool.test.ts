import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { decodeJwt, type JWTPayload } from 'jose'
import type { RealmAdmin } from '../../bridge/app/realm/realm-ports.ts'
import { removeFallback } from '../../bridge/app/realm/remove-fallback.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { examineRealm } from '../../bridge/domain/realm/examine-realm.ts'
import { peopleClientId } from '../../bridge/domain/realm/people-parts.ts'
import { verifyRealm } from '../../bridge/domain/realm/verify-realm.ts'
import { createRealmAdmin } from '../../bridge/keycloak/realm-admin.ts'
import { caseDesk } from '../support/case-desk.ts'
import {
  apply,
  assertCanBeTakenBack,
  assertNoWayAround,
  type Existing,
  install,
  openExisting,
  preferPasskey,
} from '../support/existing-realm.ts'
import type { FallbackRealm } from '../support/fallback-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { personToken } from '../support/person-token.ts'
import { textOf } from '../support/plain-pages.ts'
import { withFlow } from '../support/realm-layouts.ts'
import { deepFlow, passwordlessFlow } from '../support/realm-states.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const amrOf = (claims: JWTPayload): string[] => (claims['amr'] as string[]).toSorted()

describe('a realm as Keycloak makes it, with the WebAuthn step switched on by the tool', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => realm, { enableWebAuthn: true })
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: passkey, fallback, and password alone each get in, each with its own level', async () => {
    const { realm } = existing
    const ada = await createEnrolledUser(realm, 'ada')
    const byPasskey = openTab(realm.application)
    await byPasskey.open()
    await byPasskey.enterPassword(ada)
    await byPasskey.usePasskey(ada.passkey)
    const passkey = (await byPasskey.arrive()).claims
    assert.equal(passkey['acr'], 'passkey')
    assert.deepEqual(amrOf(passkey), ['hwk', 'pwd'])

    const byCode = openTab(realm.application)
    await byCode.open()
    await byCode.enterPassword(ada)
    assert.equal(await byCode.failPasskey(), 'code', textOf(byCode.page, 'fallback-bridge-text'))
    await byCode.enterCode(await ada.codes.fresh())
    const fallback = (await byCode.arrive()).claims
    assert.equal(fallback['acr'], 'fallback')
    assert.deepEqual(amrOf(fallback), ['otp', 'pwd'])
    assert.match(String(fallback['fallback_case']), /^fb-/)
    assert.ok(Number(fallback['fallback_ends_at']) > 0)

    const eve = await realm.createUser('eve')
    const plain = openTab(realm.application)
    await plain.open()
    await plain.enterPassword(eve)
    assert.equal((await plain.arrive()).claims['acr'], 'standard')
  })

  test('R19 I12: somebody with a role signs in by the client that was made, and lists cases; a token of a fallback does not', async () => {
    const { realm } = existing
    const { admin, realm: name } = realm
    const lead = await realm.createUser('lead')
    const role = await admin.roles.findOneByName({ realm: name, name: 'fallback-desk-lead' })
    const roles = [{ id: role?.id ?? '', name: 'fallback-desk-lead' }]
    await admin.users.addRealmRoleMappings({ realm: name, id: lead.id, roles })
    const listed = await caseDesk(realm, (tab) => tab.enterPassword(lead)).signedIn('list', '--json')
    assert.equal(listed.code, 0, listed.err)
    const { cases } = JSON.parse(listed.out) as { cases: { profile: string; owner: string }[] }
    assert.deepEqual(
      cases.map(({ profile, owner }) => [profile, owner]),
      [['standard', 'policy-owner']],
    )

    const claims = decodeJwt(await personToken(realm, (tab) => tab.enterPassword(lead)))
    assert.deepEqual([claims['acr'], claims.aud], ['standard', existing.wish.bridgeId])
    assert.deepEqual(
      [claims['realm_access'], claims['resource_access'], claims['scope']],
      [undefined, undefined, 'openid'],
    )
    assert.ok(Math.abs(Number(claims['auth_time']) - Date.now() / 1000) < 120)

    const policyAdmin = await admin.roles.findOneByName({ realm: name, name: 'fallback-policy-admin' })
    const more = [{ id: policyAdmin?.id ?? '', name: 'fallback-policy-admin' }]
    await admin.users.addRealmRoleMappings({ realm: name, id: lead.id, roles: more })
    const told = decodeJwt(await personToken(realm, (tab) => tab.enterPassword(lead)))
    assert.deepEqual(told['realm_access'], { roles: ['fallback-policy-admin'] })
    await admin.users.delRealmRoleMappings({ realm: name, id: lead.id, roles: more })

    const ben = await createEnrolledUser(realm, 'ben')
    const byFallback = async (tab: Tab) => {
      await tab.enterPassword(ben)
      await tab.failPasskey()
      await tab.enterCode(await ben.codes.fresh())
    }
    await admin.users.addRealmRoleMappings({ realm: name, id: ben.id, roles })
    const token = await personToken(realm, byFallback)
    assert.match(String(decodeJwt(token)['fallback_case']), /^fb-/)
    const refused = await fetch(`${realm.bridge?.operationsUrl}/v1/cases`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { code } = (await refused.json()) as { code: string }
    assert.deepEqual([refused.status, code], [401, 'token_refused'])
    for (const { id } of [lead, ben]) await admin.users.delRealmRoleMappings({ realm: name, id, roles })
  })

  test('R20: who has an OTP of Keycloak’s own beside the passkey is asked for that after a failure, and needs no fallback', async () => {
    const { realm } = existing
    const grace = await createPasskeyUser(realm, 'grace')
    const app = await addKeycloakOtp(realm, grace)
    const tab = openTab(realm.application)
    await tab.open()
    assert.equal(await tab.enterPassword(grace), 'passkey')
    await tab.failPasskey()
    assert.match(tab.page.html, /name="otp"/)
    await tab.post({ otp: app.codeAt(Date.now()) })
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'standard')
    assert.equal(claims['fallback_case'], undefined)
  })

  test('R20: who has an OTP of Keycloak’s own and no passkey signs in as before, at the usual level', async () => {
    const { realm } = existing
    const hana = await realm.createUser('hana')
    const app = await addKeycloakOtp(realm, hana)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(hana)
    await tab.post({ otp: app.codeAt(Date.now()) })
    assert.equal((await tab.arrive()).claims['acr'], 'standard')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    await assertNoWayAround(existing, 'browser with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a company’s flow, five levels deep, with steps of its own', () => {
  let existing: Existing
  let exported: unknown
  let ada: PasskeyUser

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, deepFlow()))
    exported = await existing.exportNow()
    await install(existing)
    ada = await createPasskeyUser(existing.realm, 'ada')
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: passkey and fallback get in, each with its own level', async () => {
    const { realm } = existing
    const app = await addKeycloakOtp(realm, ada)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(ada)
    assert.equal(await tab.failPasskey(), 'code', textOf(tab.page, 'fallback-bridge-text'))
    await tab.enterCode(app.codeAt(Date.now()))
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')

    const again = openTab(realm.application)
    await again.open()
    await again.enterPassword(ada)
    await again.usePasskey(ada.passkey)
    assert.equal((await again.arrive()).claims['acr'], 'passkey')
  })

  test('R8: somebody without a passkey is led to register one, as before', async () => {
    const eve = await existing.realm.createUser('eve')
    const tab = openTab(existing.realm.application)
    await tab.open()
    assert.equal(await tab.enterPassword(eve), 'register-passkey')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', () =>
    assertNoWayAround(existing, 'company with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(ada)
    }))

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a name, then the passkey, else password and code', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, passwordlessFlow()))
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: the passkey alone gets in; after its failure password and code do, at the lower level', async () => {
    const { realm } = existing
    const ada = await createPasskeyUser(realm, 'ada')
    await preferPasskey(realm, ada)
    const byPasskey = openTab(realm.application)
    await byPasskey.open()
    await byPasskey.enterUsername(ada)
    await byPasskey.usePasskey(ada.passkey)
    const { claims } = await byPasskey.arrive()
    assert.equal(claims['acr'], 'passkey')
    assert.deepEqual(amrOf(claims), ['hwk'])

    const app = await addKeycloakOtp(realm, ada)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterUsername(ada)
    assert.equal(await tab.failPasskey(), 'password')
    assert.equal(await tab.enterPassword(ada), 'code')
    await tab.enterCode(app.codeAt(Date.now()))
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    await preferPasskey(existing.realm, mary)
    await assertNoWayAround(existing, 'passkey first with fallback', 'fallback-bridge-watch-passkey', async (tab) => {
      await tab.open()
      await tab.enterUsername(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('an installer with the rights that are written down, and no others', () => {
  let existing: Existing
  before(async () => {
    existing = await openExisting((realm) => realm, { enableWebAuthn: true })
  })
  after(() => existing.realm.remove())

  test('A01 R19: plans, applies, looks and removes; a role that somebody has stays, and goes once nobody has it', async () => {
    const { realm, wish } = existing
    const { admin, realm: name } = realm
    const installer = await createInstaller(realm)
    const before = await existing.exportNow()
    const own: Existing = { ...existing, admin: installer }
    const applied = await apply(own)
    assert.equal(applied.outcome, 'applied', JSON.stringify(applied))
    assert.equal((await apply(own)).outcome, 'unchanged')
    const state = await installer.read({ clientId: wish.clientId, pilotGroup: undefined })
    assert.deepEqual(
      examineRealm(state, wish.clientId).filter(({ code }) => /people|role/.test(code)),
      [],
    )
    assert.deepEqual(
      await installer.readAsked({
        groups: ['/managers', '/nobody'],
        roles: ['fallback-manager', 'may-nothing'],
        telling: ['/managers', '/mistyped'],
      }),
      { missing: ['/nobody'], empty: ['/managers'], rolesMissing: ['may-nothing'], tellingMissing: ['/mistyped'] },
    )

    const lead = await realm.createUser('lead')
    const role = await admin.roles.findOneByName({ realm: name, name: 'fallback-desk-lead' })
    const roles = [{ id: role?.id ?? '', name: 'fallback-desk-lead' }]
    await admin.users.addRealmRoleMappings({ realm: name, id: lead.id, roles })
    const remove = () => removeFallback({ admin: installer, clientId: wish.clientId, progress: () => undefined })
    const removed = await remove()
    assert.equal(removed.outcome, 'removed')
    assert.match('notes' in removed ? removed.notes.join() : '', /are kept: fallback-desk-lead\./)
    const names = async () => (await admin.roles.find({ realm: name })).flatMap(({ name: one = '' }) => one)
    assert.deepEqual(
      (await names()).filter((one) => one.startsWith('fallback-')),
      ['fallback-desk-lead'],
    )
    assert.deepEqual(await admin.clients.find({ realm: name, clientId: peopleClientId }), [])

    await admin.users.delRealmRoleMappings({ realm: name, id: lead.id, roles })
    const [managers] = await admin.groups.find({ realm: name, search: 'managers', exact: true })
    const group = { realm: name, id: managers?.id ?? '', roles }
    await admin.groups.addRealmRoleMappings(group)
    assert.equal((await remove()).outcome, 'unchanged', 'a group has it')
    await admin.groups.delRealmRoleMappings(group)
    const usual = await admin.roles.findOneByName({ realm: name, name: `default-roles-${name}` })
    await admin.roles.createComposite({ realm: name, roleId: usual?.id ?? '' }, roles)
    assert.equal((await remove()).outcome, 'unchanged', 'everybody has it, by another role')
    await admin.roles.delCompositeRoles({ realm: name, id: usual?.id ?? '' }, roles)
    assert.equal((await remove()).outcome, 'removed')
    await admin.users.del({ realm: name, id: lead.id })
    assert.deepEqual(await existing.exportNow(), before)
  })

  test('R19: what somebody changed of the client is drift, and apply puts it right', async () => {
    const { realm, wish } = existing
    const { admin, realm: name } = realm
    assert.equal((await apply(existing)).outcome, 'applied')
    const [client] = await admin.clients.find({ realm: name, clientId: peopleClientId })
    const id = client?.id ?? ''
    await admin.clients.update(
      { realm: name, id },
      { ...client, fullScopeAllowed: true, directAccessGrantsEnabled: true, redirectUris: ['https://x.example.org/*'] },
    )
    const mapper = (client?.protocolMappers ?? []).find(({ name: one }) => one === 'audience of the bridge')
    await admin.clients.delProtocolMapper({ realm: name, id, mapperId: mapper?.id ?? '' })
    const read = () => existing.admin.read({ clientId: wish.clientId, pilotGroup: undefined })
    assert.equal(verifyRealm(await read(), wish).drift.length, 2)
    assert.equal((await apply(existing)).outcome, 'applied')
    assert.deepEqual(verifyRealm(await read(), wish).drift, [])
    const [after_] = await admin.clients.find({ realm: name, clientId: peopleClientId })
    assert.deepEqual([after_?.fullScopeAllowed, after_?.redirectUris], [false, []])
  })
})

/** A client of the realm itself that has exactly the rights that docs/install.md asks for. */
const createInstaller = async ({ admin, realm }: FallbackRealm): Promise<RealmAdmin> => {
  const { baseUrl } = await sharedKeycloak()
  const clientSecret = randomBytes(12).toString('base64url')
  const { id } = await admin.clients.create({
    realm,
    clientId: 'installer',
    secret: clientSecret,
    publicClient: false,
    standardFlowEnabled: false,
    serviceAccountsEnabled: true,
  })
  const account = await admin.clients.getServiceAccountUser({ realm, id })
  const [management] = await admin.clients.find({ realm, clientId: 'realm-management' })
  const clientUniqueId = management?.id ?? ''
  const roles = await Promise.all(
    ['manage-realm', 'manage-clients', 'manage-users', 'view-events'].map(async (roleName) => {
      const role = await admin.clients.findRole({ realm, id: clientUniqueId, roleName })
      return { id: role?.id ?? '', name: roleName }
    }),
  )
  await admin.users.addClientRoleMappings({ realm, id: account.id ?? '', clientUniqueId, roles })
  return createRealmAdmin({
    url: baseUrl,
    realm,
    signInRealm: asId(realm),
    installer: { clientId: 'installer', clientSecret: () => clientSecret },
    clock: Date.now,
  })
}
