import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createActivatePolicy } from '../../../../bridge/app/policy/activate-policy.ts'
import { BridgeError } from '../../../../bridge/domain/errors.ts'
import { ada, because, bob, createPolicyDesk, freshRealm } from '../../../support/policy-desk.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

describe('the second person of a policy that loosens', () => {
  let store: TestStore
  before(async () => {
    store = await openTestStore('sqlite')
  })
  after(() => store.close())

  /** A realm with a version that Ada proposed. */
  const proposed = async () => {
    const desk = createPolicyDesk(store.unitOfWork)
    const realm = freshRealm()
    const digest = await desk.add(realm, 3_600)
    assert.equal((await desk.activatePolicy({ realm, digest, person: ada, reason: because })).outcome, 'proposed')
    const ask = { realm, digest, person: bob }
    return { desk, ask, confirm: async () => told(await desk.activatePolicy(ask)), active: () => desk.active(realm) }
  }
  const told = (outcome: { outcome: string }) => ('reason' in outcome ? outcome.reason : outcome.outcome)

  test('C04 R6: another account of who proposed confirms nothing; one of another person does', async () => {
    const { desk, confirm, active } = await proposed()
    desk.account(ada.id, { identity: 'E1' })
    desk.account(bob.id, { identity: 'E1' })
    assert.equal(await confirm(), 'same_person')
    assert.equal(await active(), undefined)
    desk.account(bob.id, { identity: 'E2' })
    assert.equal(await confirm(), 'activated')
  })

  test('R6 R16: an account that is not there, disabled, of a service or of several people is no second person, nor was it a first', async () => {
    const doubts = [
      undefined,
      { enabled: false },
      { isServiceAccount: true },
      { roles: ['fallback-shared-account'] },
    ] as const
    for (const doubt of doubts) {
      for (const id of [ada.id, bob.id]) {
        const { desk, confirm, active } = await proposed()
        desk.account(id, doubt)
        assert.equal(await confirm(), 'second_person_doubtful', `${id} ${JSON.stringify(doubt)}`)
        assert.equal(await active(), undefined)
      }
    }
  })

  test('R6: where Keycloak cannot be asked, nothing is activated', async () => {
    const { desk, ask, active } = await proposed()
    assert.equal(told(await createActivatePolicy({ ...desk.deps, people: undefined })(ask)), 'second_person_doubtful')
    const find = () => Promise.reject(new BridgeError('keycloak_unreachable'))
    await assert.rejects(createActivatePolicy({ ...desk.deps, people: { find } })(ask), {
      code: 'keycloak_unreachable',
    })
    assert.equal(await active(), undefined)
  })

  test('R6: who was asked about is who proposed: a proposal that somebody else made meanwhile is not confirmed', async () => {
    const { desk, ask, active } = await proposed()
    const eve = { id: 'eve-id', name: 'eve' }
    desk.account(eve.id, {})
    const find: typeof desk.deps.people.find = async (...about) => {
      await desk.withdraw({ realm: ask.realm, digest: ask.digest, person: eve })
      await desk.activatePolicy({ ...ask, person: eve, reason: because })
      return desk.deps.people.find(...about)
    }
    const outcome = await createActivatePolicy({ ...desk.deps, people: { find } })(ask)
    assert.equal(told(outcome), 'changed_meanwhile')
    assert.equal(await active(), undefined)
  })
})
