import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { People } from '../../../bridge/app/people-ports.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId, type RealmName, type UserId } from '../../../bridge/domain/ids.ts'
import { createKeycloak } from '../../../bridge/keycloak/create-keycloak.ts'
import { type FakeKeycloak, startFakeKeycloak } from '../../support/fake-keycloak.ts'
import { createManualTime } from '../../support/manual-time.ts'

const time = createManualTime()
const demo: RealmName = asId('demo')
const ids = (...texts: string[]) => texts.map((text) => asId<UserId>(text))

const told = (id: string, differs: object = {}) => ({
  id,
  username: `name-of-${id}`,
  enabled: true,
  serviceAccount: false,
  roles: ['role'],
  groups: ['/group'],
  ...differs,
})

describe('people, as the bridge asks Keycloak about them', () => {
  let fake: FakeKeycloak
  let people: People
  before(async () => {
    fake = await startFakeKeycloak()
  })
  after(() => fake.close())
  beforeEach(() => {
    Object.assign(fake.faults, { isDown: false, refusal: undefined })
    fake.requests.length = 0
    fake.people.clear()
    fake.members.clear()
    people = createKeycloak({
      url: fake.url,
      issuerBase: fake.url,
      realms: [demo],
      clientId: 'fallback-bridge',
      credential: { secret: { reveal: () => 'a-secret-of-the-client' } },
      identityAttribute: 'employee id & more',
      managerAttribute: 'reports to',
      clock: time.clock,
      timeoutMs: 2_000,
    }).people
  })

  const failsAs = (code: string, cause: string) => (error: unknown) => {
    assert.ok(error instanceof BridgeError)
    assert.deepEqual([error.code, (error.cause as { code: string }).code], [code, cause])
    return true
  }
  const asked = () => fake.requests.filter((line) => line.includes('/fallback-bridge/'))

  test('C04: facts are told as Keycloak has them, and what it does not tell is absent', async () => {
    fake.people.set('u-1', told('u-1', { identity: 'E1', manager: 'grace', email: 'ada@example.org', locale: 'de' }))
    fake.people.set('u-2', told('u-2', { enabled: false, serviceAccount: true, lastName: 'never asked for' }))
    const found = await people.find(demo, ids('u-1', 'u-2', 'u-3'))
    assert.deepEqual(
      [...found],
      [
        [
          'u-1',
          {
            id: 'u-1',
            name: 'name-of-u-1',
            enabled: true,
            isServiceAccount: false,
            roles: ['role'],
            groups: ['/group'],
            identity: 'E1',
            manager: 'grace',
            email: 'ada@example.org',
            locale: 'de',
          },
        ],
        [
          'u-2',
          {
            id: 'u-2',
            name: 'name-of-u-2',
            enabled: false,
            isServiceAccount: true,
            roles: ['role'],
            groups: ['/group'],
            identity: undefined,
            manager: undefined,
            email: undefined,
            locale: undefined,
          },
        ],
      ],
    )
    assert.deepEqual(asked(), [
      'GET /admin/realms/demo/fallback-bridge/people?id=u-1&id=u-2&id=u-3&identity=employee+id+%26+more&manager=reports+to',
    ])
  })

  test('R36: somebody is found by id, else by user name in any case; another account than was asked for is nobody', async () => {
    for (const id of ['u-1', 'u-2']) fake.people.set(id, told(id))
    const named = async (text: string) => (await people.findNamed(demo, text))?.id
    assert.deepEqual(
      [await named('u-1'), await named('NAME-OF-u-2'), await named('name-of-nobody')],
      ['u-1', 'u-2', undefined],
    )
    fake.people.set('u-3', told('u-3', { username: 'u-1' }))
    assert.equal(await named('u-1'), 'u-1', 'nobody takes a place by calling themselves by an id')
    fake.faults.refusal = { status: 200, body: { people: [told('u-9')] } }
    assert.equal(await named('u-1'), undefined)
  })

  test('R41: a manager is asked for only where the attribute is set up', async () => {
    const asking = (attributes: object) =>
      createKeycloak({
        url: fake.url,
        issuerBase: fake.url,
        realms: [demo],
        clientId: 'fallback-bridge',
        credential: { secret: { reveal: () => 'a-secret-of-the-client' } },
        identityAttribute: 'employeeId',
        clock: time.clock,
        ...attributes,
      }).people
    fake.members.set('/desk', [])
    await asking({}).find(demo, ids('u-1'))
    await asking({ managerAttribute: 'manager' }).find(demo, ids('u-1'))
    await asking({ managerAttribute: 'manager' }).membersOf(demo, '/no-such')
    assert.deepEqual(
      asked().map((line) => new URL(line.split(' ')[1] ?? '', fake.url).searchParams.get('manager')),
      [null, 'manager', 'manager'],
    )
  })

  test('nobody is asked about for nobody, and many in several calls', async () => {
    assert.equal((await people.find(demo, [])).size, 0)
    assert.deepEqual(asked(), [])
    const many = Array.from({ length: 101 }, (_, index) => `u-${index}`)
    for (const id of many) fake.people.set(id, told(id))
    assert.equal((await people.find(demo, ids(...many))).size, 101)
    assert.equal(asked().length, 3)
  })

  test('A08: no id and no group leads to another address', async () => {
    fake.people.set('u-1', told('u-1'))
    await people.find(demo, ids('u-1&id=u-2', '../status', 'u#1'))
    await people.membersOf(demo, '/a b&group=/c#d')
    assert.deepEqual(
      asked().map((line) => new URL(line.split(' ')[1] ?? '', fake.url).searchParams.getAll('id')),
      [['u-1&id=u-2', '../status', 'u#1'], []],
    )
    assert.ok(asked()[1]?.includes('group=%2Fa+b%26group%3D%2Fc%23d'))
  })

  test('a group that is not there has no members; a 404 of anything else says nothing about one', async () => {
    fake.people.set('u-1', told('u-1'))
    fake.members.set('/desk', ['u-1'])
    assert.deepEqual(
      (await people.membersOf(demo, '/desk')).map(({ id }) => id),
      ['u-1'],
    )
    assert.deepEqual(await people.membersOf(demo, '/no-such'), [])
    fake.faults.refusal = { status: 404, body: { error: 'HTTP 404 Not Found' } }
    await assert.rejects(people.membersOf(demo, '/desk'), failsAs('keycloak_unreachable', 'http_404'))
  })

  test('I5: an answer that is not the provider’s is nobody’s facts, and a Keycloak that is away is told as such', async () => {
    const ada = told('u-1')
    for (const body of [
      '<html>',
      {},
      { people: {} },
      { people: [{ ...ada, id: '' }] },
      { people: [{ ...ada, enabled: 'true' }] },
      { people: [{ ...ada, serviceAccount: undefined }] },
      { people: [{ ...ada, roles: undefined }] },
      { people: [{ ...ada, groups: [1] }] },
      { people: [{ ...ada, identity: '' }] },
      { people: [{ ...ada, manager: 1 }] },
      { people: [{ ...ada, email: null }] },
    ]) {
      fake.faults.refusal = { status: 200, body }
      const unreadable = failsAs('keycloak_unreachable', 'unreadable_answer')
      await assert.rejects(people.find(demo, ids('u-1')), unreadable)
      await assert.rejects(people.membersOf(demo, '/desk'), unreadable)
    }
    fake.faults.refusal = { status: 403, body: { code: 'forbidden', detail: '' } }
    await assert.rejects(people.find(demo, ids('u-1')), failsAs('keycloak_unreachable', 'http_403_forbidden'))
    fake.faults.refusal = undefined
    fake.faults.isDown = true
    await assert.rejects(people.find(demo, ids('u-1')), (error: unknown) => error instanceof BridgeError)
    await assert.rejects(people.membersOf(demo, '/desk'), (error: unknown) => error instanceof BridgeError)
  })

  test('I5: an account that was not asked about is nobody’s facts', async () => {
    fake.faults.refusal = { status: 200, body: { people: [told('u-2')] } }
    assert.equal((await people.find(demo, ids('u-1'))).get(asId('u-1')), undefined)
  })
})
