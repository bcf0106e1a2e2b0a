/** Provider ids of the jar. Flows store them, so they never change. */
export const own = {
  watchTwoFactor: 'fallback-bridge-watch-2fa',
  watchPasskey: 'fallback-bridge-watch-passkey',
  watchUserPassword: 'fallback-bridge-watch-user-password',
  watchUsername: 'fallback-bridge-watch-username',
  watchPassword: 'fallback-bridge-watch-password',
  password: 'fallback-bridge-password',
  condition: 'fallback-bridge-condition-failed',
  fallback: 'fallback-bridge-step',
  cookie: 'fallback-bridge-cookie',
  enrolment: 'fallback-bridge-enrol',
} as const

/** Keycloak's own steps whose meaning matters here. */
export const stock = {
  cookie: 'auth-cookie',
  twoFactor: 'webauthn-authenticator',
  passkey: 'webauthn-authenticator-passwordless',
  usernamePassword: 'auth-username-password-form',
  username: 'auth-username-form',
  password: 'auth-password-form',
  allow: 'allow-access-authenticator',
  deny: 'deny-access-authenticator',
  level: 'conditional-level-of-authentication',
  role: 'conditional-user-role',
  userConfigured: 'conditional-user-configured',
  credential: 'conditional-credential',
  subFlow: 'conditional-sub-flow-executed',
} as const

/** The watch step that takes the place of a WebAuthn step. */
export const watchOf: Readonly<Record<string, string>> = {
  [stock.twoFactor]: own.watchTwoFactor,
  [stock.passkey]: own.watchPasskey,
}

/** The watched form that takes the place of one of Keycloak's own, where the realm's forms take passkeys. */
export const watchedFormOf: Readonly<Record<string, string>> = {
  [stock.usernamePassword]: own.watchUserPassword,
  [stock.username]: own.watchUsername,
  [stock.password]: own.watchPassword,
}

const watchSteps: readonly string[] = [own.watchTwoFactor, own.watchPasskey]
const passwordSteps: readonly string[] = [
  stock.usernamePassword,
  stock.password,
  own.watchUserPassword,
  own.watchPassword,
  own.password,
]
const watchedForms: readonly string[] = Object.values(watchedFormOf)
const ownSteps: readonly string[] = [
  ...watchSteps,
  ...watchedForms,
  own.password,
  own.condition,
  own.fallback,
  own.cookie,
]

export const isWebAuthn = (provider: string): boolean => provider in watchOf
export const isWatch = (provider: string): boolean => watchSteps.includes(provider)
/** Forms that also take a passkey, where the realm allows it; and those of them whose failures are recorded. */
export const isPasskeyForm = (provider: string): boolean => provider in watchedFormOf
export const isWatchedForm = (provider: string): boolean => watchedForms.includes(provider)
export const isOwn = (provider: string): boolean => ownSteps.includes(provider)
export const asksPassword = (provider: string): boolean => passwordSteps.includes(provider)

/** Keycloak's own steps for a second factor that is no passkey. */
export const isSecondFactor = (provider: string): boolean =>
  provider === 'auth-otp-form' || provider === 'auth-recovery-authn-code-form'

/** Scripts run under a preview feature, and nothing but running one tells what it does. */
export const isScript = (provider: string): boolean => provider.startsWith('script-') || /^ONRXE2LQOQW/.test(provider)

/** Conditions decide whether the flow around them runs; they are never shown. */
export const isCondition = (provider: string): boolean =>
  provider.startsWith('conditional-') || provider === own.condition

/** Steps of Keycloak 26.7 that are no conditions. Anything that is not among them may be one. */
const noConditions: readonly string[] = [
  'allow-access-authenticator',
  'auth-conditional-otp-form',
  'auth-cookie',
  'auth-otp-form',
  'auth-password-form',
  'auth-recovery-authn-code-form',
  'auth-spnego',
  'auth-username-form',
  'auth-username-password-form',
  'auth-x509-client-username-form',
  'deny-access-authenticator',
  'direct-grant-auth-x509-username',
  'direct-grant-validate-otp',
  'direct-grant-validate-password',
  'direct-grant-validate-username',
  'docker-http-basic-authenticator',
  'http-basic-authenticator',
  'identity-provider-redirector',
  'idp-add-organization-member',
  'idp-auto-link',
  'idp-confirm-link',
  'idp-confirm-override-link',
  'idp-create-user-if-unique',
  'idp-detect-existing-broker-user',
  'idp-email-verification',
  'idp-review-profile',
  'idp-username-password-form',
  'organization',
  'reset-credential-email',
  'reset-credentials-choose-user',
  'reset-otp',
  'reset-password',
  'user-session-limits',
  'webauthn-authenticator',
  'webauthn-authenticator-passwordless',
]

/** Whether a step is known to be none of the conditions that decide about the flow around them. */
export const isNoCondition = (provider: string): boolean =>
  noConditions.includes(provider) || (isOwn(provider) && provider !== own.condition)
