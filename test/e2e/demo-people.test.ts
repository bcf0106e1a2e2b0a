import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DEMO_DECIDING, DEMO_PEOPLE, demoRealm } from '../../keycloak-config/realm/realm.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'

/** What the real Keycloak makes of the demo realm's people and of the attribute that tells whose account it is. */
describe('the people of the demo realm, on a real Keycloak', () => {
  let realm: FallbackRealm
  before(async () => {
    const { users = [] } = demoRealm({
      bridgeUrl: 'http://localhost:1',
      bridgeId: 'demo',
      bridgeKeyThumbprints: ['none'],
      clientJwks: { keys: [] },
      appUrl: 'http://localhost:2',
      userPassword: 'none',
    })
    const people = users
      .filter(({ username = '' }) => DEMO_PEOPLE.includes(username))
      .map(({ realmRoles = [], ...user }) => ({
        ...user,
        realmRoles: realmRoles.filter((role) => !role.startsWith('default-roles-')),
      }))
    realm = await openFallbackRealm(await sharedKeycloak(), {
      withoutBridge: true,
      change: (rep) => ({ ...rep, users: [...(rep.users ?? []), ...people] }),
    })
  })
  after(() => realm.remove())

  const find = async (username: string) => {
    const [user] = await realm.admin.users.find({ realm: realm.realm, username, exact: true })
    return user ?? assert.fail(username)
  }

  test('I4: only administrators see and change who an account belongs to and reports to, and nothing else can be made up beside it', async () => {
    const profile = await realm.admin.users.getProfile({ realm: realm.realm })
    for (const wanted of ['employeeId', 'manager']) {
      const attribute = profile.attributes?.find(({ name }) => name === wanted)
      assert.deepEqual(attribute?.permissions, { view: ['admin'], edit: ['admin'] }, wanted)
    }
    assert.equal(profile.unmanagedAttributePolicy, undefined)
    const firstName = profile.attributes?.find(({ name }) => name === 'firstName')
    assert.equal(firstName?.displayName, ['$', '{firstName}'].join(''), 'names are still told in the person’s language')
  })

  test('I4: each has an identity of its own, and keeps it when an administrator changes something else', async () => {
    const ada = await find('ada')
    assert.deepEqual(ada.attributes, { employeeId: ['E1001'], manager: ['manager'] })
    await realm.admin.users.update({ realm: realm.realm, id: ada.id ?? '' }, { ...ada, lastName: 'King' })
    assert.deepEqual((await find('ada')).attributes, { employeeId: ['E1001'], manager: ['manager'] })
  })

  test('R16: groups give their members the roles that the policy names', async () => {
    const rolesOf = async (name: string) => {
      const { id = '' } = await find(name)
      const roles = await realm.admin.users.listCompositeRealmRoleMappings({ realm: realm.realm, id })
      return roles.flatMap(({ name: role = '' }) => (role.startsWith('fallback-') ? [role] : [])).toSorted()
    }
    assert.deepEqual(await rolesOf(DEMO_DECIDING.deskLead), ['fallback-desk-lead'])
    assert.deepEqual(await rolesOf(DEMO_DECIDING.analyst), ['fallback-analyst'])
    assert.deepEqual(await rolesOf(DEMO_DECIDING.manager), ['fallback-manager'])
    assert.deepEqual(await rolesOf(DEMO_DECIDING.reviewer), ['fallback-reviewer'])
    assert.deepEqual(await rolesOf(DEMO_DECIDING.auditor), ['fallback-auditor'])
    assert.deepEqual(await rolesOf(DEMO_DECIDING.shared), ['fallback-desk-lead', 'fallback-shared-account'])
  })
})
