import type { RealmName } from '../domain/ids.ts'

/** Issuer of a realm, as its tokens and its step requests name it. `base` has no slash at its end. */
export const issuerOf = (base: string, realm: RealmName): string => `${base}/realms/${encodeURIComponent(realm)}`

/** Where a realm's public keys are. */
export const jwksUrlOf = (base: string, realm: RealmName): string =>
  `${issuerOf(base, realm)}/protocol/openid-connect/certs`

/** Where a realm gives tokens. */
export const tokenUrlOf = (base: string, realm: RealmName): string =>
  `${issuerOf(base, realm)}/protocol/openid-connect/token`

/** Where a device, or a command line, asks for a person's sign-in (RFC 8628). */
export const deviceUrlOf = (base: string, realm: RealmName): string =>
  `${issuerOf(base, realm)}/protocol/openid-connect/auth/device`
