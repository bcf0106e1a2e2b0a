import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

/** A flow that nobody should set up: the fallback step without the condition before it. */
export const BARE_STEP = 'step without condition'
/** Another one: the fallback step without a first factor. */
export const NO_FIRST_FACTOR = 'step without first factor'

/** The realm with both flows beside its own. */
export const withBadFlows = (realm: RealmRepresentation): RealmRepresentation => {
  const step = { authenticator: 'fallback-bridge-step', authenticatorConfig: 'two-factor fallback' }
  const flow = { providerId: 'basic-flow', builtIn: false }
  const bad = [
    {
      ...flow,
      alias: BARE_STEP,
      topLevel: true,
      authenticationExecutions: [
        { authenticator: 'auth-username-password-form', requirement: 'REQUIRED', priority: 10 },
        { ...step, requirement: 'REQUIRED', priority: 20 },
      ],
    },
    {
      ...flow,
      alias: NO_FIRST_FACTOR,
      topLevel: true,
      authenticationExecutions: [
        { authenticator: 'auth-username-form', requirement: 'REQUIRED', priority: 10 },
        { flowAlias: `${NO_FIRST_FACTOR} second`, authenticatorFlow: true, requirement: 'REQUIRED', priority: 20 },
      ],
    },
    {
      ...flow,
      alias: `${NO_FIRST_FACTOR} second`,
      topLevel: false,
      authenticationExecutions: [
        { authenticator: 'fallback-bridge-watch-passkey', requirement: 'ALTERNATIVE', priority: 10 },
        { ...step, requirement: 'ALTERNATIVE', priority: 20 },
      ],
    },
  ]
  return { ...realm, authenticationFlows: [...(realm.authenticationFlows ?? []), ...bad] }
}
