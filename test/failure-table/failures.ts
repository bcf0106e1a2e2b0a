/** What can fail in a login with the fallback, and what comes of it: the page is made of this, and a test proves it. */
export type Failure = {
  /** Names what the test does. */
  id:
    | 'not_recognised'
    | 'no_webauthn'
    | 'wrong_passkey'
    | 'wrong_password'
    | 'wrong_code'
    | 'last_wrong_code'
    | 'nothing_set_up'
    | 'bridge_away'
    | 'passkey_in_form'
  what: string
  /** The page that follows: its stage, and words on it. */
  sees: { stage: 'code' | 'message' | 'username' | 'password'; words: string; text: RegExp }
  /** The error of the LOGIN_ERROR event, and its `fallback_failure_class` or `reason`. */
  event: { error: string; detail?: { name: 'fallback_failure_class' | 'reason'; value: string } }
  /** Whether Keycloak's brute-force protection counts it against the account. */
  isCounted: boolean
}

export const failures: readonly Failure[] = [
  {
    id: 'not_recognised',
    what: 'The finger or the face is not recognised, the check is cancelled or times out (browsers do not tell these apart)',
    sees: { stage: 'code', words: 'the fallback’s page: a code is asked for', text: /code/i },
    event: { error: 'not_allowed', detail: { name: 'fallback_failure_class', value: 'cancelled_or_timed_out' } },
    isCounted: false,
  },
  {
    id: 'no_webauthn',
    what: 'The browser or the key cannot do it',
    sees: { stage: 'code', words: 'the fallback’s page: a code is asked for', text: /code/i },
    event: { error: 'not_allowed', detail: { name: 'fallback_failure_class', value: 'not_supported' } },
    isCounted: false,
  },
  {
    id: 'wrong_passkey',
    what: 'The passkey’s answer is wrong: another key, a wrong signature',
    sees: { stage: 'code', words: 'the fallback’s page: a code is asked for', text: /code/i },
    event: { error: 'user_not_found', detail: { name: 'fallback_failure_class', value: 'unknown_credential' } },
    isCounted: false,
  },
  {
    id: 'wrong_password',
    what: 'The password is wrong',
    sees: {
      stage: 'username',
      words: 'the form again, “Invalid username or password.”',
      text: /Invalid username or password/,
    },
    event: { error: 'invalid_user_credentials' },
    isCounted: true,
  },
  {
    id: 'wrong_code',
    what: 'The code is wrong, or was used before',
    sees: {
      stage: 'code',
      words: 'the same page, “Invalid authenticator code.”, and how many attempts are left',
      text: /attempts? left/,
    },
    event: { error: 'invalid_user_credentials' },
    isCounted: true,
  },
  {
    id: 'last_wrong_code',
    what: 'The last attempt of a case is used up',
    sees: {
      stage: 'message',
      words: '“too many wrong codes”; the way back to the passkey',
      text: /too many wrong codes/,
    },
    event: { error: 'invalid_user_credentials', detail: { name: 'reason', value: 'attempt_limit' } },
    isCounted: true,
  },
  {
    id: 'nothing_set_up',
    what: 'The person has no other factor',
    sees: {
      stage: 'message',
      words: '“no other way of signing in set up”; the way back to the passkey',
      text: /no other way/,
    },
    event: { error: 'fallback_denied', detail: { name: 'reason', value: 'no_path_available' } },
    isCounted: false,
  },
  {
    id: 'bridge_away',
    what: 'The bridge is down, slow, or its answer is not its own',
    sees: {
      stage: 'message',
      words: '“not available right now”; the way back to the passkey',
      text: /not available right now/,
    },
    event: { error: 'fallback_unavailable', detail: { name: 'reason', value: 'connection' } },
    isCounted: false,
  },
  {
    id: 'passkey_in_form',
    what: 'A passkey fails in Keycloak’s own form of name and password',
    sees: {
      stage: 'username',
      words: 'the form again, “Failed to authenticate by the Passkey.”; behind the password the fallback’s page',
      text: /Failed to authenticate by the Passkey/,
    },
    event: { error: 'not_allowed', detail: { name: 'fallback_failure_class', value: 'cancelled_or_timed_out' } },
    isCounted: false,
  },
]
