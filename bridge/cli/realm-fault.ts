import { BridgeError } from '../domain/errors.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'

/** What a failed call of an installer means for a command; undefined for an error that nobody expected. */
export const realmFault = (error: unknown): CommandAnswer | undefined => {
  if (!(error instanceof BridgeError)) return undefined
  const code = causeOf(error)
  if (/^token_http_4\d\d$/.test(code)) {
    return faulty(
      'configuration',
      'installer_unknown',
      'Keycloak does not let the installer sign in.',
      'Look at the name, the secret and --sign-in-realm. Somebody with a second factor gives --token-file instead.',
    )
  }
  if (code === 'http_401' || code === 'http_403') {
    return faulty(
      'configuration',
      'installer_rights',
      'The installer may not do this in the realm.',
      'Give it manage-realm, manage-clients, manage-users and view-events of realm-management, or use another one.',
    )
  }
  if (code === 'http_404') {
    return faulty(
      'usage',
      'realm_unknown',
      'Keycloak has no such realm, or the installer may not see it.',
      'Look at --realm.',
    )
  }
  return error.code === 'keycloak_refused'
    ? faulty(
        'temporary',
        'realm_changed',
        `Keycloak refused a change, or somebody else changed the realm meanwhile (${code}).`,
        'Run the command again: it goes on from where it stopped.',
      )
    : faulty(
        'temporary',
        'keycloak_unreachable',
        `Keycloak could not be reached (${code}).`,
        'Look whether it is up, then run the command again: it goes on from where it stopped.',
      )
}

const causeOf = ({ cause }: BridgeError): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : 'unknown'
