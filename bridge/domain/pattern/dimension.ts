import type { FailureClass } from '../failure.ts'
import type { Instant, RealmName, UserId } from '../ids.ts'

/**
 * What failures are counted by (R5). The authenticator's model is what Keycloak keeps of the passkey; device model and
 * software version are the browser's own words, fit to find a place to look at and for nothing else.
 */
export const dimensions = [
  'user',
  'device_model',
  'authenticator_model',
  'site',
  'software_version',
  'time_band',
] as const
export type Dimension = (typeof dimensions)[number]

/** Where a failure happened, as far as it is known. */
export type FailurePlaces = Partial<Record<Exclude<Dimension, 'user'>, string>> & { time_band: string }

/** One login whose biometric check failed, as it is counted. */
export type CountedFailure = {
  realm: RealmName
  user: UserId
  /** Authentication session; with the time, what makes a failure the same one. */
  session: string
  failedAt: Instant
  seenAt: Instant
  class: FailureClass
  places: FailurePlaces
}

/** What Keycloak reads in the browser's user agent. */
export type Agent = {
  device?: string | undefined
  browser?: string | undefined
  system?: string | undefined
  systemVersion?: string | undefined
}

/** Longest text of a place. */
const longest = 100

/**
 * The places of a failure. A passkey's model counts only where the person has one model alone: which of several failed,
 * nobody says. An address in several zones is at the site of the first, as the policy lists them; in none, at no site.
 */
export const failurePlacesOf = (
  { agent, authenticators, zones }: { agent: Agent; authenticators: readonly string[]; zones: readonly string[] },
  timeBand: string,
): FailurePlaces => {
  const [model, ...others] = [...new Set(authenticators.filter((one) => !isAnonymous(one)))]
  return {
    time_band: timeBand,
    ...placeIf('device_model', isTelling(agent.device) ? agent.device : undefined),
    ...placeIf('authenticator_model', others.length === 0 ? model : undefined),
    ...placeIf('site', zones[0]),
    ...placeIf('software_version', softwareOf(agent)),
  }
}

/** An authenticator that does not tell its model sends zeros (WebAuthn, 6.4.3: self attestation and privacy). */
const isAnonymous = (aaguid: string): boolean => /^[0-]*$/.test(aaguid)

/** What the reading of user agents says where it found nothing. */
const isTelling = (name: string | undefined): name is string => name !== undefined && !/^(|other|unknown)$/i.test(name)

const softwareOf = ({ browser, system, systemVersion }: Agent): string | undefined => {
  const [name, version] = browser?.split('/') ?? []
  if (!isTelling(name)) return undefined
  // `Chrome/141.0.7390` is Chrome 141: who is told of every build hears of none.
  const program = isTelling(version) ? `${name} ${majorOf(version)}` : name
  const on = isTelling(system) ? ` on ${system}${isTelling(systemVersion) ? ` ${majorOf(systemVersion)}` : ''}` : ''
  return `${program}${on}`
}

const majorOf = (version: string): string => version.split('.')[0] ?? version

const placeIf = <Name extends Dimension>(name: Name, value: string | undefined): Partial<Record<Name, string>> => {
  const text = value?.trim().slice(0, longest).trim()
  return text === undefined || text === '' ? {} : ({ [name]: text } as Partial<Record<Name, string>>)
}
