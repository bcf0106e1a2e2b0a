import { terminalText } from '../domain/terminal-text.ts'

/** Client of Keycloak by which people sign in to this command. */
export const signInClient = 'fallback-bridge-cli'

/** What somebody is told who has to sign in. */
export const signInLines = (shown: {
  address: string
  addressWithCode: string | undefined
  code: string
  seconds: number
}): readonly string[] => [
  `Sign in within ${Math.floor(shown.seconds / 60)} minutes at:`,
  `  ${terminalText(shown.addressWithCode ?? shown.address)}`,
  `and compare this code there: ${terminalText(shown.code)}`,
]
