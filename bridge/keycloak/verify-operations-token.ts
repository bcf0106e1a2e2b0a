import { decodeJwt } from 'jose'
import type { VerifyToken } from '../app/operations/resolve-actor.ts'
import { asId, type RealmName } from '../domain/ids.ts'
import { type CheckPersonTokenDeps, createCheckPersonToken } from './check-person-token.ts'

/** A served realm: its exact issuer and the keys it signs with. */
export type TokenRealm = { name: RealmName } & Pick<CheckPersonTokenDeps, 'issuer' | 'keys'>

export type VerifyOperationsTokenDeps = Pick<CheckPersonTokenDeps, 'bridgeId' | 'clients' | 'clock'> & {
  realms: readonly TokenRealm[]
}

/**
 * Verifies the token of a call of the operations API. The issuer that it claims only chooses whose keys to verify with;
 * the realm is the one whose keys it was then verified with.
 */
export const createVerifyOperationsToken = ({ realms, ...deps }: VerifyOperationsTokenDeps): VerifyToken => {
  const checks = new Map(
    realms.map(({ name, issuer, keys }) => [
      issuer,
      { realm: name, check: createCheckPersonToken({ ...deps, issuer, keys }) },
    ]),
  )

  return async (token) => {
    const found = checks.get(claimedIssuer(token) ?? '')
    if (found === undefined) return undefined
    const checked = await found.check(token)
    if ('refused' in checked || checked.claims.jti === undefined) return undefined
    const { id, session, acr, authTime, jti } = checked.claims
    return { realm: found.realm, user: asId(id), session, acr, authTime, token: jti }
  }
}

const claimedIssuer = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}
