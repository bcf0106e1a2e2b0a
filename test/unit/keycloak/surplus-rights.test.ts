import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnsecuredJWT } from 'jose'
import { surplusRightsOf } from '../../../bridge/keycloak/surplus-rights.ts'

const tokenOf = (claims: Record<string, unknown>): string => new UnsecuredJWT(claims).encode()

test('A01: the rights the bridge needs are not surplus', () => {
  const token = tokenOf({
    realm_access: { roles: ['default-roles-demo', 'offline_access'] },
    resource_access: {
      'realm-management': { roles: ['view-events'] },
      'fallback-bridge': { roles: ['write-override-events', 'end-fallback-sessions', 'read-user-facts'] },
      account: { roles: ['manage-account'] },
    },
  })
  assert.deepEqual(surplusRightsOf(token), [])
})

test('A01: each right that administers Keycloak is named, from whichever client it comes', () => {
  const token = tokenOf({
    realm_access: { roles: ['admin'] },
    resource_access: {
      'realm-management': { roles: ['view-events', 'manage-users', 'manage-events'] },
      'demo-realm': { roles: ['view-users'] },
    },
  })
  assert.deepEqual(surplusRightsOf(token), [
    'admin',
    'realm-management/manage-users',
    'realm-management/manage-events',
    'demo-realm/view-users',
  ])
  for (const silent of [tokenOf({}), 'opaque', '']) assert.deepEqual(surplusRightsOf(silent), [])
})
