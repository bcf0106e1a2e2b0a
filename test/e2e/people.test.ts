import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { PersonFacts } from '../../bridge/app/people-ports.ts'
import { asId, type UserId } from '../../bridge/domain/ids.ts'
import { askAdmin, bridgePeople, bridgeToken, serviceToken } from '../support/admin-endpoint.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'

describe('people, as the bridge asks Keycloak about them', () => {
  let realm: FallbackRealm
  let ada: TestUser
  let grace: TestUser
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { withoutBridge: true })
    ada = await realm.createUser('ada')
    grace = await realm.createUser('grace')
  })
  after(() => realm.remove())

  const find = async (...ids: string[]) => {
    const found = await (await bridgePeople(realm)).find(
      asId(realm.realm),
      ids.map((id) => asId<UserId>(id)),
    )
    return [...found.values()]
  }
  const one = async ({ id }: { id: string }): Promise<PersonFacts> => {
    const [person, ...more] = await find(id)
    assert.ok(person !== undefined && more.length === 0)
    return person
  }
  const change = (user: TestUser, differs: object) =>
    realm.admin.users.update({ realm: realm.realm, id: user.id }, { email: `${user.username}@example.org`, ...differs })

  /** Makes the group of this path, whose parents exist, and gives its id. */
  const createGroup = async (path: string, parent?: string): Promise<string> => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const made =
      parent === undefined
        ? await realm.admin.groups.create({ realm: realm.realm, name })
        : await realm.admin.groups.createChildGroup({ realm: realm.realm, id: parent }, { name })
    return made.id
  }
  const join = (user: { id: string }, groupId: string) =>
    realm.admin.users.addToGroup({ realm: realm.realm, id: user.id, groupId })

  test('C04: composite roles, those of clients and those of groups are told, named as in a login step', async () => {
    const { admin, realm: name } = realm
    for (const role of ['outer', 'inner', 'of-group']) await admin.roles.create({ realm: name, name: role })
    const role = async (wanted: string) => {
      const { id = '' } = (await admin.roles.findOneByName({ realm: name, name: wanted })) ?? {}
      return { id, name: wanted }
    }
    const [application] = await admin.clients.find({ realm: name, clientId: realm.application.clientId })
    const client = application?.id ?? ''
    await admin.clients.createRole({ realm: name, id: client, name: 'operator' })
    const operator = await admin.clients.findRole({ realm: name, id: client, roleName: 'operator' })
    assert.ok(operator !== null)
    await admin.roles.createComposite({ realm: name, roleId: (await role('outer')).id }, [
      await role('inner'),
      operator,
    ])
    await admin.users.addRealmRoleMappings({ realm: name, id: ada.id, roles: [await role('outer')] })
    const people = await createGroup('/people')
    const berlin = await createGroup('/people/berlin', people)
    await admin.groups.addRealmRoleMappings({ realm: name, id: people, roles: [await role('of-group')] })
    await join(ada, berlin)
    const { roles, groups } = await one(ada)
    for (const wanted of ['outer', 'inner', `${realm.application.clientId}/operator`, 'of-group']) {
      assert.ok(roles.includes(wanted), wanted)
    }
    assert.deepEqual(roles, roles.toSorted())
    assert.deepEqual(groups, ['/people/berlin'])
    assert.equal((await one(grace)).roles.includes('outer'), false)
  })

  test('C05: an identity is told of the account it stands in, without spaces, and not where there are two', async () => {
    const profile = await realm.admin.users.getProfile({ realm: realm.realm })
    await realm.admin.users.updateProfile({
      ...profile,
      // A realm in which an account may have several.
      attributes: profile.attributes?.map((one) => (one.name === 'employeeId' ? { ...one, multivalued: true } : one)),
      realm: realm.realm,
      unmanagedAttributePolicy: 'ENABLED',
    } as never)
    for (const [employeeId, identity] of [
      [['E123'], 'E123'],
      [[' E124 '], 'E124'],
      [['E1', 'E2'], undefined],
      [[], undefined],
    ] as const) {
      await change(ada, { attributes: { employeeId } })
      assert.equal((await one(ada)).identity, identity)
    }
    await change(ada, { attributes: { employeeId: ['E123'], locale: ['de'] } })
    assert.equal((await one(ada)).locale, 'de')
    assert.equal((await one(grace)).locale, undefined)
    const { body } = await askAdmin(realm, await bridgeToken(realm), 'GET', `fallback-bridge/people?id=${ada.id}`)
    assert.equal(JSON.stringify(body).includes('E123'), false, 'nobody asked for it')
  })

  test('R41: whom somebody reports to is told as it stands there, to who asks for it, and not where there are two', async () => {
    const profile = await realm.admin.users.getProfile({ realm: realm.realm })
    await realm.admin.users.updateProfile({
      ...profile,
      attributes: profile.attributes?.map((one) => (one.name === 'manager' ? { ...one, multivalued: true } : one)),
      realm: realm.realm,
      unmanagedAttributePolicy: 'ENABLED',
    } as never)
    for (const [manager, told] of [
      [['grace'], 'grace'],
      [[' Grace '], 'Grace'],
      [['grace', 'heidi'], undefined],
      [[], undefined],
      [[grace.id], grace.id],
    ] as const) {
      await change(ada, { attributes: { manager } })
      assert.equal((await one(ada)).manager, told)
    }
    assert.equal((await one(grace)).manager, undefined)
    const { body } = await askAdmin(realm, await bridgeToken(realm), 'GET', `fallback-bridge/people?id=${ada.id}`)
    assert.equal(JSON.stringify(body).includes(grace.id), false, 'nobody asked for it')
  })

  test('R36: somebody is found by id, and by user name in any case', async () => {
    const people = await bridgePeople(realm)
    const named = async (text: string) => (await people.findNamed(asId(realm.realm), text))?.id
    for (const text of [ada.id, 'ada', 'ADA']) assert.equal(await named(text), ada.id, text)
    for (const text of ['nobody', 'ad', 'ada@example.org']) assert.equal(await named(text), undefined, text)
  })

  test('A12: an address is told only while it is verified; no name, no credential and no secret ever', async () => {
    await change(grace, { emailVerified: false })
    assert.equal((await one(grace)).email, undefined)
    await change(grace, { emailVerified: true })
    assert.equal((await one(grace)).email, 'grace@example.org')
    const { body } = await askAdmin(realm, await bridgeToken(realm), 'GET', `fallback-bridge/people?id=${grace.id}`)
    const [told] = (body?.['people'] ?? []) as Record<string, unknown>[]
    const allowed = ['id', 'username', 'enabled', 'serviceAccount', 'roles', 'groups', 'email']
    assert.deepEqual(Object.keys(told ?? {}).toSorted(), allowed.toSorted())
  })

  test('C01: a disabled account and a service account are told as such; ids of nobody are left out', async () => {
    await change(grace, { enabled: false })
    assert.equal((await one(grace)).enabled, false)
    await change(grace, { enabled: true })
    assert.deepEqual([(await one(grace)).enabled, (await one(grace)).isServiceAccount], [true, false])
    const [robot] = await realm.admin.clients.find({ realm: realm.realm, clientId: 'fallback-bridge' })
    const account = await realm.admin.clients.getServiceAccountUser({ realm: realm.realm, id: robot?.id ?? '' })
    assert.equal((await one({ id: account.id ?? '' })).isServiceAccount, true)
    const found = await find(ada.id, '11111111-2222-3333-4444-555555555555', '../status', grace.id)
    assert.deepEqual(found.map(({ name }) => name).toSorted(), ['ada', 'grace'])
  })

  test('more people than one call may ask for are found all the same', async () => {
    const nobody = Array.from({ length: 60 }, (_, index) => `nobody-${index}`)
    assert.deepEqual(
      (await find(...nobody, ada.id)).map(({ name }) => name),
      ['ada'],
    )
  })

  test('members are those of a group and of the groups below it, once each, with accounts that can be used', async () => {
    const desk = await createGroup('/desk')
    const leads = await createGroup('/desk/leads', desk)
    const night = await createGroup('/desk/leads/night', leads)
    const heidi = await realm.createUser('heidi')
    const ivan = await realm.createUser('ivan')
    await join(ada, desk)
    await join(grace, leads)
    await join(grace, night)
    await join(heidi, night)
    await join(ivan, desk)
    await change(ivan, { enabled: false })
    const people = await bridgePeople(realm)
    const names = async (group: string) =>
      (await people.membersOf(asId(realm.realm), group)).map(({ name }) => name).toSorted()
    assert.deepEqual(await names('/desk'), ['ada', 'grace', 'heidi'])
    assert.deepEqual(await names('/desk/leads'), ['grace', 'heidi'])
    assert.deepEqual(await names('/desk/leads/night'), ['grace', 'heidi'])
    assert.deepEqual(await names('/desk/no-such'), [])
    assert.deepEqual(await names('/leads'), [], 'a group is named by its whole path')
    const { status, body } = await askAdmin(realm, await bridgeToken(realm), 'GET', 'fallback-bridge/members?group=/no')
    assert.deepEqual([status, body?.['code']], [404, 'not_found'])
  })

  test('K11: a request for nobody, for too many, or with a name that is none is refused', async () => {
    const token = await bridgeToken(realm)
    const many = Array.from({ length: 51 }, (_, index) => `id=u-${index}`).join('&')
    for (const path of [
      'people',
      `people?${many}`,
      'people?id=u-1&identity=a%20b',
      'people?id=u-1&manager=a%20b',
      'people?id=u-1&username=%20',
      'members',
      'members?group=',
    ]) {
      const { status, body } = await askAdmin(realm, token, 'GET', `fallback-bridge/${path}`)
      assert.deepEqual([status, body?.['code']], [400, 'malformed'], path)
    }
  })

  test('A01: both ask for the role to read facts, and no other role stands for it', async () => {
    const others = await serviceToken(realm, 'without-facts', {
      own: ['write-override-events', 'end-fallback-sessions'],
    })
    const manager = await serviceToken(realm, 'user-manager', { realmManagement: ['view-users', 'manage-users'] })
    for (const [token, expected] of [
      [others, 403],
      [manager, 403],
      [undefined, 401],
    ] as const) {
      for (const path of [`people?id=${ada.id}`, 'members?group=/desk']) {
        assert.equal((await askAdmin(realm, token, 'GET', `fallback-bridge/${path}`)).status, expected)
      }
    }
  })
})
