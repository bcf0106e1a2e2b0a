import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

/** The flow in which Keycloak's own step comes before the watched check. */
export const TWO_PASSKEYS = 'password, passkey and watched passkey'

/** The flow in which both steps are watched. */
export const BOTH_WATCHED = 'password and two watched passkeys'

/** A flow in which a passwordless passkey is proved by this step before the watched check. */
const twoPasskeysFlow = (
  alias: string,
  firstPasskey: string,
): NonNullable<RealmRepresentation['authenticationFlows']> => {
  const flow = { providerId: 'basic-flow', builtIn: false }
  return [
    {
      ...flow,
      alias,
      topLevel: true,
      authenticationExecutions: [
        { authenticator: 'auth-username-password-form', requirement: 'REQUIRED', priority: 10 },
        { authenticator: firstPasskey, requirement: 'REQUIRED', priority: 20 },
        { flowAlias: `${alias} second`, authenticatorFlow: true, requirement: 'REQUIRED', priority: 30 },
      ],
    },
    {
      ...flow,
      alias: `${alias} second`,
      topLevel: false,
      authenticationExecutions: [
        { authenticator: 'fallback-bridge-watch-2fa', requirement: 'ALTERNATIVE', priority: 10 },
        {
          authenticator: 'fallback-bridge-step',
          authenticatorConfig: 'two-factor fallback',
          requirement: 'ALTERNATIVE',
          priority: 20,
        },
      ],
    },
  ]
}

/** Adds both flows to a realm. */
export const withTwoPasskeys = (realm: RealmRepresentation): RealmRepresentation => ({
  ...realm,
  authenticationFlows: [
    ...(realm.authenticationFlows ?? []),
    ...twoPasskeysFlow(TWO_PASSKEYS, 'webauthn-authenticator-passwordless'),
    ...twoPasskeysFlow(BOTH_WATCHED, 'fallback-bridge-watch-passkey'),
  ],
})
