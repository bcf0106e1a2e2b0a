/** What is known of a login at one point of a flow, as far as the fallback depends on it. */
export type LoginState = {
  /** Somebody is identified. */
  user: boolean
  /** A password was accepted. */
  password: boolean
  /** A watch step recorded a failure of the identified person. */
  failed: boolean
  /** A WebAuthn check as a second factor was passed. */
  twoFactor: boolean
  /** A WebAuthn check without a password was passed, in a step or in the username form. */
  passkey: boolean
  /** The fallback step let somebody on. */
  fallback: boolean
  /** Level of authentication, -1 for none. */
  level: number
}

export const atTheStart: LoginState = {
  user: false,
  password: false,
  failed: false,
  twoFactor: false,
  passkey: false,
  fallback: false,
  level: -1,
}

/** A set of states without repetition. */
export type LoginStates = ReadonlyMap<string, LoginState>

const keyOf = ({ level, ...facts }: LoginState): string => {
  const { user, password, failed, twoFactor, passkey, fallback } = facts
  return [user, password, failed, twoFactor, passkey, fallback].map(Number).join('') + level
}

export const statesOf = (states: Iterable<LoginState>): LoginStates =>
  new Map([...states].map((state) => [keyOf(state), state]))

export const joined = (...sets: readonly LoginStates[]): LoginStates => new Map(sets.flatMap((set) => [...set]))

/** Every state changed; those that become equal are one. */
export const changed = (states: LoginStates, change: (state: LoginState) => LoginState): LoginStates =>
  statesOf([...states.values()].map(change))

export const those = (states: LoginStates, holds: (state: LoginState) => boolean): LoginStates =>
  new Map([...states].filter(([, state]) => holds(state)))
