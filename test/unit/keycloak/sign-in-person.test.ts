import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import type { SignInPrompt } from '../../../bridge/keycloak/device-grant.ts'
import { createSignInPerson, type SignInPersonDeps } from '../../../bridge/keycloak/sign-in-person.ts'
import { type FakeIssuer, startFakeIssuer, type TokenWishes } from '../../support/fake-issuer.ts'

const demo = asId<RealmName>('demo')

describe('the sign-in of a person by the device grant', () => {
  let fake: FakeIssuer
  let device: FakeIssuer['device']
  let prompts: SignInPrompt[]
  before(async () => {
    fake = await startFakeIssuer()
    device = fake.device
  })
  after(() => fake.close())
  beforeEach(() => {
    prompts = []
    fake.posted.length = 0
    fake.polls = []
    fake.device = device
  })

  const signIn = (differs: Partial<SignInPersonDeps> = {}) =>
    createSignInPerson({
      url: fake.url,
      issuerBase: fake.url,
      bridgeId: 'test-bridge',
      clientId: 'fallback-bridge-cli',
      acceptedAcr: undefined,
      clock: () => Date.now(),
      prompt: (prompt) => prompts.push(prompt),
      ...differs,
    })(demo)

  const says = (error: string) => () => ({ status: 400, body: { error } })
  const gives =
    (wishes: TokenWishes = {}) =>
    async () => ({
      status: 200,
      body: { access_token: await fake.make.token(wishes), token_type: 'Bearer', expires_in: 300 },
    })

  test('shows the address and the code, waits, and gives the person', async () => {
    fake.polls = [says('authorization_pending'), says('authorization_pending'), gives()]
    assert.deepEqual(await signIn(), { person: { id: 'user-1', name: 'policy-owner' }, session: 'session-1' })
    assert.equal(prompts.length, 1)
    assert.equal(prompts[0]?.code, 'ABCD-EFGH')
    assert.equal(prompts[0]?.addressWithCode, `${fake.issuer}/device?user_code=ABCD-EFGH`)
  })

  test('asks for a fresh sign-in, and for a level where one is wanted', async () => {
    fake.polls = [gives()]
    await signIn({ acceptedAcr: ['passkey'] })
    const form = fake.posted.find(({ path }) => path === 'auth/device')?.form
    assert.equal(form?.get('client_id'), 'fallback-bridge-cli')
    assert.equal(form?.get('prompt'), 'login')
    assert.equal(form?.get('max_age'), '900')
    assert.equal(form?.get('acr_values'), 'passkey')
  })

  test('the token is verified: what it says of itself is not taken on trust', async () => {
    fake.polls = [gives({ claims: { azp: 'demo-app' } })]
    assert.deepEqual(await signIn(), { refused: 'token_of_another_client' })
    fake.polls = [gives({ claims: { fallback_case: 'case-1' } })]
    assert.deepEqual(await signIn(), { refused: 'fallback_session' })
    fake.polls = [gives()]
    assert.deepEqual(await signIn({ issuerBase: 'https://sso.test' }), { refused: 'token_not_of_realm' })
    fake.polls = [gives()]
    assert.deepEqual(await signIn({ bridgeId: 'other-bridge' }), { refused: 'token_not_for_bridge' })
  })

  test('whoever declines, or lets the time pass, is told so', async () => {
    fake.polls = [says('access_denied')]
    assert.deepEqual(await signIn(), { refused: 'sign_in_declined' })
    fake.polls = [says('expired_token')]
    assert.deepEqual(await signIn(), { refused: 'sign_in_timed_out' })
  })

  test('a realm without the client, or without the grant for it, is told as not set up', async () => {
    for (const error of ['invalid_client', 'unauthorized_client', 'invalid_grant']) {
      fake.device = { status: 400, body: { error } }
      assert.deepEqual(await signIn(), { refused: 'sign_in_not_set_up' })
    }
    assert.deepEqual(prompts, [])
  })

  test('a Keycloak that is away, or answers something else, is an outage', async () => {
    const isOutage = (error: unknown) => error instanceof BridgeError && error.code === 'keycloak_unreachable'
    await assert.rejects(signIn({ url: 'http://127.0.0.1:9' }), isOutage)
    fake.device = { status: 200, body: { hello: 'world' } }
    await assert.rejects(signIn(), isOutage)
    fake.device = device
    fake.polls = [() => ({ status: 500, body: {} })]
    await assert.rejects(signIn(), isOutage)
  })
})
