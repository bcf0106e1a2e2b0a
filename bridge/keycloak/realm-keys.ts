import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import type { RealmName } from '../domain/ids.ts'
import { jwksUrlOf } from './realm-urls.ts'

/** Below the jar's patience of 2 s, so that a slow Keycloak is answered with an error and not with silence. */
const timeoutMs = 1_500
const cooldownMs = 30_000
const oldestMs = 600_000

/** Public keys of a realm, kept, and fetched again for an unknown `kid`, at most every 30 s. */
export const createRealmKeys = (url: string, realm: RealmName): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUrlOf(url, realm)), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: oldestMs,
  })
