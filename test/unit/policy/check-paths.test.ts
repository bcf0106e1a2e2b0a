import { describe, test } from 'node:test'
import { passkeyPath, type Refusal, refuses } from './standard-document.ts'

const paths: readonly Refusal[] = [
  {
    why: 'R7: a path by password alone',
    changes: [['allOf: [password, bridge-totp]', 'allOf: [password]']],
    code: 'no_check',
    mark: 'allOf: [password]',
    sentence: /a password alone is no fallback/,
  },
  {
    why: 'a path that asks for two checks',
    changes: [['allOf: [password, bridge-totp]', 'allOf: [password, bridge-totp, keycloak-otp]']],
    code: 'several_checks',
    mark: 'allOf: [password, bridge-totp, keycloak-otp]',
    sentence: /a login step can ask for one only/,
  },
  {
    why: 'a path that asks for one check and one of several',
    changes: [['anyOf: []', 'anyOf: [keycloak-otp]']],
    code: 'several_checks',
    mark: 'allOf: [password, bridge-totp]',
    sentence: /one check beside the password/,
  },
  {
    why: 'R7: a path that leaves the choice between code and password',
    changes: [['allOf: [password, bridge-totp]\n    anyOf: []', 'allOf: []\n    anyOf: [bridge-totp, password]']],
    code: 'password_as_choice',
    mark: 'anyOf: [bridge-totp, password]',
    sentence: /must not offer the password as a choice/,
  },
  {
    why: 'R14: a path by passkey that is not called phishing-resistant',
    changes: passkeyPath({ isPhishingResistant: 'false', ceiling: '2' }),
    code: 'passkey_not_resistant',
    mark: 'isPhishingResistant: false',
    sentence: /must be true/,
  },
  {
    why: 'R14: a passkey among other choices',
    changes: passkeyPath({ allOf: '[password]', anyOf: '[completed-passkey, bridge-totp]' }),
    code: 'resistant_without_passkey',
    mark: 'isPhishingResistant: true',
    sentence: /may only be true where allOf holds completed-passkey/,
  },
  {
    why: 'R14: a path by code that is called phishing-resistant',
    changes: [['isPhishingResistant: false', 'isPhishingResistant: true']],
    code: 'resistant_without_passkey',
    mark: 'isPhishingResistant: true',
    sentence: /no other check resists phishing/,
  },
  {
    why: 'R14: a path by code that claims the passkey’s level',
    changes: [['isPhishingResistant: false\n    ceiling: 2', 'isPhishingResistant: false\n    ceiling: 4']],
    code: 'ceiling_too_high',
    mark: '    ceiling: 4',
    sentence: /^paths\[0\]\.ceiling must be below 4/,
  },
  {
    why: 'R14: a path by passkey that claims more than the passkey',
    changes: passkeyPath({ ceiling: '5' }),
    code: 'ceiling_too_high',
    mark: '    ceiling: 5',
    sentence: /must be at most 4/,
  },
  {
    why: 'a floor over the ceiling',
    changes: [['floor: 2', 'floor: 3']],
    code: 'floor_above_ceiling',
    mark: 'floor: 3',
    sentence: /must be at most the path's ceiling, 2/,
  },
  {
    why: 'a path that its profile can never offer',
    changes: [
      [
        'isPhishingResistant: false\n    ceiling: 2\n    floor: 2',
        'isPhishingResistant: false\n    ceiling: 3\n    floor: 3',
      ],
    ],
    code: 'never_offered',
    mark: '    paths: [password-bridge-totp, password-keycloak-otp]',
    sentence:
      /^profiles\.standard\.paths\[0\] must be a path that this profile can offer: its ceiling, 2, is below the floor of "password-bridge-totp", 3/,
  },
  {
    why: 'R13: a review that is due before the approval',
    changes: [['approvedAt: 2026-11-01', 'approvedAt: 2027-11-01']],
    code: 'review_before_approval',
    mark: 'reviewBy: 2027-11-01 # from then',
    sentence: /must be later than approvedAt/,
  },
]

describe('a policy whose paths contradict themselves is refused', () => {
  for (const refusal of paths) test(refusal.why, () => refuses(refusal))
})
