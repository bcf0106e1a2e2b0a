import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { SignIn, SignInRefusal } from '../../../bridge/app/policy/sign-in-person.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { createVerifyPersonToken, type VerifyPersonTokenDeps } from '../../../bridge/keycloak/verify-person-token.ts'
import { createTokenMaker, type TokenWishes } from '../../support/fake-issuer.ts'

const issuer = 'https://sso.test/realms/demo'
const now = 1_800_000_000_000
const seconds = now / 1000

describe('a person’s access token', () => {
  let make: Awaited<ReturnType<typeof createTokenMaker>>
  before(async () => {
    make = await createTokenMaker(
      () => issuer,
      () => now,
    )
  })

  const verify = async (token: string, differs: Partial<VerifyPersonTokenDeps> = {}): Promise<SignIn> =>
    createVerifyPersonToken({
      issuer,
      keys: make.keys,
      bridgeId: 'test-bridge',
      clientId: 'fallback-bridge-cli',
      acceptedAcr: undefined,
      clock: () => now,
      ...differs,
    })(token)

  const refuses = async (wishes: TokenWishes, refused: SignInRefusal): Promise<void> => {
    assert.deepEqual(await verify(await make.token(wishes)), { refused })
  }

  test('gives the person by Keycloak’s id and user name', async () => {
    assert.deepEqual(await verify(await make.token()), {
      person: { id: 'user-1', name: 'policy-owner' },
      session: 'session-1',
    })
  })

  test('K02 of another realm, another key, HS256 or no signature at all is refused', async () => {
    await refuses({ claims: { iss: 'https://sso.test/realms/other' } }, 'token_not_of_realm')
    await refuses({ key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey }, 'token_not_of_realm')
    const publicPem = Buffer.from(String(make.publicKey.export({ type: 'spki', format: 'pem' })))
    await refuses({ key: publicPem, header: { alg: 'HS256' } }, 'token_not_of_realm')
    const ofAnyAlgorithm = { keys: async () => make.publicKey }
    assert.ok('person' in (await verify(await make.token(), ofAnyAlgorithm)))
    const padded = await make.token({ header: { alg: 'PS256' } })
    assert.deepEqual(await verify(padded, ofAnyAlgorithm), { refused: 'token_not_of_realm' })
    assert.deepEqual(await verify(make.unsigned()), { refused: 'token_not_of_realm' })
    for (const text of ['', 'x', 'a.b.c']) assert.deepEqual(await verify(text), { refused: 'token_not_of_realm' })
  })

  test('an ID token, or any that is not a Bearer token, is refused', async () => {
    for (const typ of ['ID', 'Refresh', 'bearer', undefined]) await refuses({ claims: { typ } }, 'token_not_of_realm')
  })

  test('K03 one for somebody else is refused', async () => {
    for (const aud of ['account', ['account'], undefined]) await refuses({ claims: { aud } }, 'token_not_for_bridge')
  })

  test('one issued to another client is refused', async () => {
    for (const azp of ['demo-app', undefined]) await refuses({ claims: { azp } }, 'token_of_another_client')
  })

  test('one that has expired, or never does, is refused', async () => {
    for (const exp of [seconds - 6, undefined]) await refuses({ claims: { exp } }, 'token_expired')
    await refuses({ claims: { iat: undefined } }, 'token_expired')
    await refuses({ claims: { nbf: seconds + 60 } }, 'token_expired')
  })

  test('a service account’s is refused, by its name, its client id and its missing session', async () => {
    await refuses({ claims: { preferred_username: 'service-account-fallback-bridge' } }, 'not_a_person')
    await refuses({ claims: { client_id: 'fallback-bridge' } }, 'not_a_person')
    for (const claim of ['sid', 'sub', 'preferred_username']) {
      await refuses({ claims: { [claim]: undefined } }, 'not_a_person')
    }
  })

  test('I12: one of a fallback session is refused, whatever level and role it has', async () => {
    await refuses({ claims: { fallback_case: 'case-1' } }, 'fallback_session')
    await refuses({ claims: { fallback_case: null } }, 'fallback_session')
    await refuses({ claims: { fallback_ends_at: 1 } }, 'fallback_session')
  })

  test('a sign-in of more than 15 minutes ago, of the future, or of no known time is refused', async () => {
    const atLimit = await make.token({ claims: { auth_time: seconds - 900 } })
    assert.ok('person' in (await verify(atLimit)))
    for (const auth_time of [seconds - 901, seconds + 60, undefined, 'now', null]) {
      await refuses({ claims: { auth_time } }, 'signed_in_long_ago')
    }
  })

  test('a level that is not among the accepted ones is refused, where some are named', async () => {
    const acceptedAcr = ['passkey', 'gold']
    assert.ok('person' in (await verify(await make.token(), { acceptedAcr })))
    for (const acr of ['fallback', '1', 1, undefined]) {
      const token = await make.token({ claims: { acr } })
      assert.deepEqual(await verify(token, { acceptedAcr }), { refused: 'level_too_low' })
      assert.ok('person' in (await verify(token)))
    }
  })

  test('somebody without the role is refused, and a client role of that name is none', async () => {
    await refuses({ claims: { realm_access: { roles: ['offline_access'] } } }, 'role_missing')
    await refuses({ claims: { realm_access: undefined } }, 'role_missing')
    const resource_access = { 'demo-app': { roles: ['fallback-policy-admin'] } }
    await refuses({ claims: { realm_access: { roles: [] }, resource_access } }, 'role_missing')
  })

  test('keys that cannot be had say nothing of the token: that is told as an outage', async () => {
    const keys = () => Promise.reject(new TypeError('fetch failed'))
    await assert.rejects(
      async () => verify(await make.token(), { keys }),
      (error) => error instanceof BridgeError && error.code === 'keycloak_unreachable',
    )
  })
})
