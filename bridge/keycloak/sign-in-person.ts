import { longestSignInMs, type SignInPerson } from '../app/policy/sign-in-person.ts'
import { createDeviceGrant, type DeviceGrantDeps } from './device-grant.ts'
import { createRealmKeys } from './realm-keys.ts'
import { issuerOf } from './realm-urls.ts'
import { createVerifyPersonToken } from './verify-person-token.ts'

export type SignInPersonDeps = DeviceGrantDeps & { bridgeId: string; acceptedAcr: readonly string[] | undefined }

/** A person signs in by the device grant. The token is verified, looked at and forgotten: it is kept nowhere. */
export const createSignInPerson =
  (deps: SignInPersonDeps): SignInPerson =>
  async (realm) => {
    const { url, issuerBase, bridgeId, clientId, acceptedAcr, clock } = deps
    const granted = await createDeviceGrant(deps)(realm, { acr: acceptedAcr, maxAgeSeconds: longestSignInMs / 1000 })
    if ('refused' in granted) return granted
    const issuer = issuerOf(issuerBase, realm)
    const keys = createRealmKeys(url, realm)
    return createVerifyPersonToken({ issuer, keys, bridgeId, clientId, acceptedAcr, clock })(granted.accessToken)
  }
