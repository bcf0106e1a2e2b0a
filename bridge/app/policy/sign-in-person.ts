import type { RealmName } from '../../domain/ids.ts'
import type { Person } from './person.ts'

/** The realm role without which nobody changes a policy. */
export const policyRole = 'fallback-policy-admin'

/** How long ago somebody may have signed in, for an act that needs them present. */
export const longestSignInMs = 15 * 60_000

/** Why a sign-in is not taken, each with what to do next. Closed; any doubt is a refusal. */
export const signInRefusals = {
  sign_in_declined: {
    text: 'The sign-in was declined in the browser.',
    next: 'Run the command again and allow it.',
  },
  sign_in_timed_out: {
    text: 'Nobody signed in within the time Keycloak allows.',
    next: 'Run the command again and open the address at once.',
  },
  realm_not_there: {
    text: 'Keycloak has no such realm.',
    next: 'Look at --realm, and at the address of Keycloak.',
  },
  sign_in_not_set_up: {
    text: 'The realm does not let this command sign people in.',
    next: 'Run `fallback-bridge realm apply`, or give the realm the public client `fallback-bridge-cli` with the device authorization grant (docs/install-by-hand.md).',
  },
  token_not_of_realm: {
    text: 'The token was not issued and signed by this realm.',
    next: 'Compare FALLBACK_BRIDGE_KEYCLOAK_URL and FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE with the realm’s issuer.',
  },
  token_expired: {
    text: 'The token is no longer valid, or not yet.',
    next: 'Compare the clocks of Keycloak and of this machine, then run the command again.',
  },
  token_not_for_bridge: {
    text: 'The token is not for this bridge.',
    next: 'Give the client `fallback-bridge-cli` an audience mapper with the value of FALLBACK_BRIDGE_ID.',
  },
  token_of_another_client: {
    text: 'The token was not issued to this command’s client.',
    next: 'Sign in by this command; a token of another application is not taken.',
  },
  not_a_person: {
    text: 'The token is of a service account, or of no session of a person.',
    next: 'Sign in as a person; policies are changed by people only.',
  },
  fallback_session: {
    text: 'You signed in by a fallback, and a fallback session changes no policy.',
    next: 'Sign out in the browser and sign in with your passkey.',
  },
  signed_in_long_ago: {
    text: 'You signed in more than 15 minutes ago, or Keycloak does not tell when.',
    next: 'Sign out in the browser, or use a private window, and run the command again.',
  },
  level_too_low: {
    text: 'You did not sign in as strongly as FALLBACK_BRIDGE_SIGN_IN_ACR asks.',
    next: 'Sign out in the browser and sign in with your passkey.',
  },
  role_missing: {
    text: `You do not have the realm role ${policyRole}.`,
    next: 'Ask an administrator of the realm for it, then sign in again.',
  },
} as const

export type SignInRefusal = keyof typeof signInRefusals

/** Who signed in just now, and in which session of Keycloak's, or why the sign-in is not taken. */
export type SignIn = { person: Person; session: string } | { refused: SignInRefusal }

/**
 * Has a person sign in to a realm, present and for this act alone. Nothing of the sign-in is kept.
 * @throws BridgeError keycloak_unreachable
 */
export type SignInPerson = (realm: RealmName) => Promise<SignIn>
