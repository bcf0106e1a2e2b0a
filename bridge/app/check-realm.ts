import { isSupportedServer, minimumServerVersion } from '../domain/server-version.ts'
import type { RealmStatus } from './ports.ts'
import type { Finding } from './realm-watch.ts'

/** What a realm's status is held against. */
export type ExpectedRealm = {
  /** Version of the step protocol. */
  protocol: number
  /** The bridge's own version; the provider is released with it. */
  version: string
  issuer: string
}

/**
 * What is wrong with a realm, in words for its operator; empty where nothing is. `refuse` names only what does make the
 * bridge refuse the realm's requests.
 */
export const checkRealm = (status: RealmStatus, expected: ExpectedRealm): readonly Finding[] => [
  ...refusals(status, expected),
  ...versions(status, expected),
  ...events(status),
  ...verification(status),
  ...(status.surplusRights.length === 0 ? [] : [finding('warn', 'surplus_rights', texts.surplusRights)]),
  ...(status.templatesMissing.length === 0 ? [] : [finding('warn', 'templates_missing', texts.templatesMissing)]),
  ...(status.languagesMissing.length === 0 ? [] : [finding('warn', 'messages_untranslated', texts.untranslated)]),
  ...(status.bruteForceProtected ? [] : [finding('warn', 'brute_force_off', texts.bruteForceOff)]),
]

const refusals = (status: RealmStatus, { protocol, issuer }: ExpectedRealm): readonly Finding[] => [
  ...(isSupportedServer(status.server) ? [] : [finding('refuse', 'server_too_old', texts.serverTooOld)]),
  ...(status.protocol === protocol ? [] : [finding('refuse', 'protocol_mismatch', texts.protocolMismatch)]),
  ...(status.issuer === issuer ? [] : [finding('refuse', 'issuer_mismatch', texts.issuerMismatch)]),
]

const versions = (status: RealmStatus, { version }: ExpectedRealm): readonly Finding[] =>
  releaseLine(status.provider) === releaseLine(version)
    ? []
    : [finding('warn', 'provider_version', texts.providerVersion)]

const events = (status: RealmStatus): readonly Finding[] => [
  ...(status.eventsEnabled ? [] : [finding('warn', 'events_off', texts.eventsOff)]),
  ...(status.adminEventsEnabled ? [] : [finding('warn', 'admin_events_off', texts.adminEventsOff)]),
  ...(status.adminEventsDetailsEnabled ? [] : [finding('warn', 'admin_event_details_off', texts.detailsOff)]),
]

const verification = (status: RealmStatus): readonly Finding[] => [
  ...(status.webAuthnUserVerification === 'required'
    ? []
    : [finding('warn', 'user_verification_two_factor', texts.twoFactor)]),
  ...(status.webAuthnPasswordlessUserVerification === 'required'
    ? []
    : [finding('warn', 'user_verification_passwordless', texts.passwordless)]),
]

const finding = (severity: Finding['severity'], code: Finding['code'], text: string): Finding => ({
  severity,
  code,
  text,
})

/** `0.1` of `0.1.7`: releases of one line work together. */
const releaseLine = (version: string): string => version.split('.').slice(0, 2).join('.')

const texts = {
  serverTooOld: `Keycloak is older than ${minimumServerVersion}, which has published ways around authentication; update it.`,
  protocolMismatch:
    'The provider in Keycloak speaks another version of the step protocol; install the one of this release.',
  issuerMismatch:
    'Keycloak names another issuer for this realm than the bridge expects; set FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE to its public address.',
  providerVersion: 'The provider in Keycloak is of another release than the bridge; install the one of this release.',
  eventsOff: 'The realm does not save user events; switch them on, or no failed check is ever seen in its log.',
  adminEventsOff: 'The realm does not save admin events; override events wait in the bridge until it does.',
  detailsOff: 'The realm saves admin events without their representation; override events lack what a reviewer reads.',
  twoFactor:
    'The WebAuthn policy does not require user verification; a passkey there is possession alone, not a biometric check.',
  passwordless:
    'The passwordless WebAuthn policy does not require user verification; a passkey there is possession alone.',
  surplusRights:
    'The bridge’s service account can administer the realm; take every role from it but view-events and the three of its own client.',
  templatesMissing:
    'The realm’s login theme lacks pages of the fallback; people there meet an error. Choose a theme that builds on keycloak.v2.',
  untranslated:
    'The realm has languages in which texts of the fallback are missing; add them in its localization, or in the theme.',
  bruteForceOff: 'Brute-force protection is off; Keycloak counts no wrong codes, the bridge alone does.',
} as const
