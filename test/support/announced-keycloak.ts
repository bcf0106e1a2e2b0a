import type { KeycloakAddress } from './keycloak.ts'

const VARIABLE = 'FALLBACK_TEST_KEYCLOAK'

/** Tells the processes that this one starts about the one Keycloak of the test run. */
export const announceKeycloak = ({ baseUrl, managementPort, admins, logFile }: KeycloakAddress): void => {
  process.env[VARIABLE] = JSON.stringify({ baseUrl, managementPort, admins, logFile })
}

/** What the test run has announced, if this process belongs to one. */
export const announcedKeycloak = (): KeycloakAddress | undefined => {
  const text = process.env[VARIABLE]
  return text === undefined ? undefined : (JSON.parse(text) as KeycloakAddress)
}
