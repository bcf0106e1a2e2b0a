import { isRecent, isStrong } from '../app/operations/recent-sign-in.ts'
import { longestSignInMs, policyRole, type SignIn, type SignInRefusal } from '../app/policy/sign-in-person.ts'
import { type CheckPersonTokenDeps, createCheckPersonToken, type PersonClaims } from './check-person-token.ts'

export type VerifyPersonTokenDeps = Omit<CheckPersonTokenDeps, 'clients'> & {
  /** Client that the token must have been issued to. */
  clientId: string
  /** Values of `acr` that are strong enough; any is where this is absent. */
  acceptedAcr: readonly string[] | undefined
}

/**
 * Verifies the token of somebody who changes policies and gives the person: beside all that every person's token must
 * be, they signed in a short time ago, strongly enough, and have the role.
 * @throws BridgeError keycloak_unreachable where the realm's keys cannot be had
 */
export const createVerifyPersonToken = ({ clientId, acceptedAcr, ...deps }: VerifyPersonTokenDeps) => {
  const check = createCheckPersonToken({ ...deps, clients: [clientId] })
  const demand = { maxAgeMs: longestSignInMs, acceptedAcr }

  return async (token: string): Promise<SignIn> => {
    const checked = await check(token)
    if ('refused' in checked) return checked
    const { id, name, session } = checked.claims
    const refused = refusalOf(checked.claims)
    return refused === undefined ? { person: { id, name }, session } : { refused }
  }

  function refusalOf({ authTime, acr, realmRoles }: PersonClaims): SignInRefusal | undefined {
    if (!isRecent(authTime, demand, deps.clock())) return 'signed_in_long_ago'
    if (!isStrong(acr, demand)) return 'level_too_low'
    return realmRoles.includes(policyRole) ? undefined : 'role_missing'
  }
}
