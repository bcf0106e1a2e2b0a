/** What a scripted bridge answers to a step of which people decide, as the wire contract has it. */
export const theCase = 'fb-case-of-this-login'

const seconds = () => Math.floor(Date.now() / 1_000)

export const wait = (differs: Readonly<Record<string, unknown>> = {}) => ({
  kind: 'wait',
  case: theCase,
  match: '042',
  stage: 'approval',
  asked: [{ label: 'service-desk-leads', count: 2, given: 0 }],
  since: seconds(),
  until: seconds() + 1_750,
  ...differs,
})

export const askForCode = {
  kind: 'code',
  case: theCase,
  path: 'password-bridge-totp',
  digits: 6,
  alternatives: false,
  attemptsLeft: 5,
}

export const grant = () => ({
  kind: 'granted',
  case: theCase,
  path: 'password-bridge-totp',
  profile: 'standard',
  acr: '1',
  amr: ['pwd', 'otp'],
  endsAt: seconds() + 3_600,
})
