import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { casesInPage } from '../../bridge/app/revoke-changed.ts'
import { composeChanged } from '../../bridge/compose-recording.ts'
import type { CaseId } from '../../bridge/domain/ids.ts'
import type { Profile } from '../../bridge/domain/policy/policy.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, demo, type PeopleBridge } from '../support/people-installation.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const selfService: Partial<Profile> = { minimumBand: 'self-service' }
const administrator = { roles: ['realm-management/manage-users'] }

describe('somebody who is not any more who they were', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    bridge = createPeopleBridge({ replicas: [store] })
    bridge.current.policy = peoplePolicy(selfService)
  })
  afterEach(() => store.close())

  const look = (people: Pick<PeopleBridge['people'], 'find'> = bridge.people, isInForce = true) =>
    composeChanged({
      isStopping: () => false,
      ...bridge.recording,
      unitOfWork: store.unitOfWork,
      log: bridge.log,
      people,
      findPolicy: async () => ({
        policy: isInForce ? bridge.current.policy : undefined,
        switchedOff: undefined,
      }),
    })(demo)
  const opened = async (name: string) => {
    const login = await bridge.subject(name)
    const answer = await bridge.begin(login)
    assert.ok('case' in answer && answer.case !== undefined)
    return { login, id: answer.case }
  }
  const letIn = async (name: string) => {
    const { login, id } = await opened(name)
    assert.equal((await bridge.submit(login)).kind, 'granted')
    bridge.enter(login, id)
    await bridge.runJobs()
    return { login, id }
  }
  const stateOf = async (id: CaseId) => (await bridge.caseOf(id)).state
  const lastOf = async (id: CaseId) => (await bridge.once((tx) => tx.history.list(demo, id))).map(({ facts }) => facts)

  test('E4: who is disabled, or gone, or becomes privileged, has no open case any more', async () => {
    const [disabled, raised, same] = [await opened('ada'), await opened('bea'), await opened('cid')]
    const gone = await opened('dan')
    bridge.person('ada', { enabled: false })
    bridge.person('bea', administrator)
    await look({
      find: async (realm, ids) =>
        bridge.people.find(
          realm,
          ids.filter((id) => id !== gone.login.user),
        ),
    })
    assert.deepEqual(await Promise.all([disabled, raised, gone, same].map(({ id }) => stateOf(id))), [
      'revoked',
      'revoked',
      'revoked',
      'awaiting_factor',
    ])
    assert.ok((await lastOf(disabled.id)).some(({ reason }) => reason === 'subject_disabled'))
    assert.ok((await lastOf(raised.id)).some(({ reason }) => reason === 'subject_privileged'))
    assert.equal((await bridge.submit(raised.login)).kind, 'denied')
  })

  test('E4: the fallback session of who becomes privileged is ended, and looked at', async () => {
    const { login, id } = await letIn('ada')
    assert.equal(await stateOf(id), 'in_use')
    bridge.person('ada', { groups: ['/admins'] })
    bridge.current.policy = { ...bridge.current.policy, privileged: { roles: [], groups: ['/admins'] } }
    await look()
    await bridge.runJobs()
    assert.equal(await stateOf(id), 'revoked')
    assert.equal(bridge.sessions.has(login.session), false)
    const reviews = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
    assert.ok(reviews.some(({ reason }) => reason === 'revoked'))
  })

  test('E4: while no policy is in force, who is disabled loses case and session all the same', async () => {
    const [disabled, raised] = [await letIn('ada'), await letIn('bea')]
    bridge.person('ada', { enabled: false })
    bridge.person('bea', administrator)
    await look(bridge.people, false)
    assert.deepEqual([await stateOf(disabled.id), await stateOf(raised.id)], ['revoked', 'in_use'])
    await look()
    assert.equal(await stateOf(raised.id), 'revoked')
  })

  test('E4 E9: of however many cases each is looked at, every time', async () => {
    const oldest = await opened('ada')
    for (let number = 0; number < casesInPage; number += 1) await opened(`user-${number}`)
    await look()
    assert.equal(await stateOf(oldest.id), 'awaiting_factor')
    bridge.person('ada', { enabled: false })
    await look()
    assert.equal(await stateOf(oldest.id), 'revoked')
  })

  test('E4: who was privileged when it was decided keeps what was asked for', async () => {
    bridge.current.policy = peoplePolicy({})
    const login = await bridge.subject('eve')
    bridge.person('eve', administrator)
    const id = await bridge.ask(login)
    await look()
    assert.equal(await stateOf(id), 'awaiting_approval')
  })

  test('E4: Keycloak is asked about nobody where no case is open, and once about everybody where some are', async () => {
    const asked: number[] = []
    const find: PeopleBridge['people']['find'] = async (realm, ids) => {
      asked.push(ids.length)
      return bridge.people.find(realm, ids)
    }
    await look({ find })
    await opened('ada')
    await opened('bea')
    await look({ find })
    assert.deepEqual(asked, [2])
  })

  test('E4: where Keycloak cannot be asked every case stays as it is', async () => {
    const { id } = await opened('ada')
    bridge.person('ada', { enabled: false })
    await assert.rejects(look({ find: () => Promise.reject(new Error('away')) }))
    assert.equal(await stateOf(id), 'awaiting_factor')
  })
})
