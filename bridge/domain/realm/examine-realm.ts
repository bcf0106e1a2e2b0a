import { isSupportedServer } from '../server-version.ts'
import { examinePeople } from './examine-people.ts'
import { enabledSteps, type Flow, type FlowStep, isMasked } from './flow-tree.ts'
import { proveFlow, wayAroundTexts } from './prove-flow.ts'
import { bridgeRoles, neededEventTypes, readEvents } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import { isPasskeyForm, isWebAuthn, own, stock } from './step-providers.ts'

/** Something found: `bad` keeps the fallback from working or from being safe, `warn` makes it weaker. */
export type Ailment = { severity: 'bad' | 'warn'; code: string; text: string; mend: string }

const dayS = 86_400
/** Shorter than this, and a reviewer finds nothing any more. */
const shortestKeepS = 30 * dayS

/** Looks through a realm that has the fallback, or should have it. Empty means: nothing to mend. */
export const examineRealm = (state: RealmState, clientId: string): readonly Ailment[] => [
  ...server(state),
  ...bridgeClient(state, clientId),
  ...eventLog(state),
  ...policies(state),
  ...flows(state),
  ...upkeep(state),
  ...examinePeople(state),
]

const bad = (code: string, text: string, mend: string): Ailment => ({ severity: 'bad', code, text, mend })
const warn = (code: string, text: string, mend: string): Ailment => ({ severity: 'warn', code, text, mend })
const when = (holds: boolean, found: Ailment): readonly Ailment[] => (holds ? [found] : [])
const reapply = 'Run `fallback-bridge realm apply`.'

const server = ({ server: version, steps }: RealmState): readonly Ailment[] => {
  const missing = Object.values(own).filter((step) => step !== own.enrolment && !steps.includes(step))
  return [
    ...when(
      !isSupportedServer(version),
      bad('server_too_old', `Keycloak ${version} has published holes.`, 'Update it to 26.7.5 or later.'),
    ),
    ...when(
      missing.length > 0,
      bad(
        'jar_missing',
        `Keycloak does not know: ${missing.join(', ')}.`,
        'Put the jar of this release into providers, then kc.sh build.',
      ),
    ),
  ]
}

const bridgeClient = ({ bridgeClient: client, realm }: RealmState, clientId: string): readonly Ailment[] => {
  if (client === undefined) return [bad('client_missing', `The realm has no client ${clientId}.`, reapply)]
  const needed = [...Object.keys(bridgeRoles).map((role) => `${clientId}/${role}`), readEvents]
  const harmless = [`default-roles-${realm}`, 'offline_access', 'uma_authorization']
  const missing = needed.filter((role) => !client.grantedRoles.includes(role))
  const surplus = client.grantedRoles.filter((role) => !needed.includes(role) && !harmless.includes(role))
  return [
    ...when(
      !client.isServiceOnly,
      bad('client_is_other', `${clientId} is public or takes logins.`, 'Leave it nothing but its service account.'),
    ),
    ...when(
      client.jwks === undefined || client.jwks === '{"keys":[]}',
      bad('keys_missing', `${clientId} has no public key to sign in by.`, 'Apply again with --client-key-file.'),
    ),
    ...when(missing.length > 0, bad('roles_missing', `The service account lacks ${missing.join(', ')}.`, reapply)),
    ...when(
      surplus.length > 0,
      bad(
        'roles_surplus',
        `The service account also has ${surplus.join(', ')}.`,
        'Take them away: who holds its key holds them.',
      ),
    ),
  ]
}

const eventLog = ({ events, upkeep: { eventsSeconds, adminEventsSeconds } }: RealmState): readonly Ailment[] => {
  const types = events.enabledEventTypes
  const missing = types.length === 0 ? [] : neededEventTypes.filter((type) => !types.includes(type))
  const isShort = (seconds: number): boolean => seconds > 0 && seconds < shortestKeepS
  return [
    ...when(!events.eventsEnabled, bad('events_off', 'User events are not saved.', reapply)),
    ...when(
      !events.adminEventsEnabled,
      bad('admin_events_off', 'Admin events are not saved: override events wait.', reapply),
    ),
    ...when(
      !events.adminEventsDetailsEnabled,
      bad('admin_event_details_off', 'Admin events are saved without what a reviewer reads.', reapply),
    ),
    ...when(missing.length > 0, warn('event_types_missing', `These are not saved: ${missing.join(', ')}.`, reapply)),
    ...when(
      isShort(eventsSeconds),
      warn(
        'events_expire',
        `User events are gone after ${Math.floor(eventsSeconds / dayS)} days.`,
        'Keep them as long as your auditors read them, 30 days at least.',
      ),
    ),
    ...when(
      isShort(adminEventsSeconds),
      warn(
        'admin_events_expire',
        `Override events are gone after ${Math.floor(adminEventsSeconds / dayS)} days.`,
        'Keep them as long as your auditors read them, 30 days at least.',
      ),
    ),
  ]
}

const policies = ({ userVerification, acrMap, action }: RealmState): readonly Ailment[] => {
  const [fallback, passkey] = [acrMap?.['fallback'], acrMap?.['passkey']]
  return [
    ...when(
      userVerification.twoFactor !== 'required',
      bad('user_verification_two_factor', 'A passkey as second factor needs no biometric check.', reapply),
    ),
    ...when(
      userVerification.passwordless !== 'required',
      bad('user_verification_passwordless', 'A passkey without password needs no biometric check.', reapply),
    ),
    ...when(
      fallback === undefined || passkey === undefined || fallback >= passkey,
      bad('acr_map', 'Applications cannot tell a fallback from a passkey by acr.', reapply),
    ),
    ...when(action?.enabled !== true, warn('enrolment_off', 'Nobody can set up a fallback code.', reapply)),
  ]
}

const flows = (state: RealmState): readonly Ailment[] => {
  const bound = new Set([state.browserFlow, ...state.clients.flatMap(({ ownFlow }) => ownFlow ?? [])])
  const stepsOf = ({ alias, children }: Flow): readonly FlowStep[] =>
    enabledSteps(alias, children).map(({ node }) => node)
  const having = state.flows.filter(
    (flow) => bound.has(flow.alias) && stepsOf(flow).some(({ provider }) => provider === own.fallback),
  )
  if (having.length === 0) {
    return [warn('not_bound', 'No flow that is bound has the fallback.', 'Run `fallback-bridge realm plan`.')]
  }
  return having.flatMap((flow) => {
    const steps = stepsOf(flow)
    const has = (wanted: (provider: string) => boolean): boolean => steps.some(({ provider }) => wanted(provider))
    const highest = Math.max(state.acrMap?.['fallback'] ?? 0, 0)
    const ways = proveFlow({ ...flow, passkeysInForm: state.passkeysInForm }, highest)
    const unnamed = unnamedLevels(steps, state.acrMap)
    return [
      ...when(
        unnamed.length > 0,
        bad(
          'levels_differ',
          `${flow.alias} gives levels that the acr map does not name: ${unnamed.join(', ')}.`,
          reapply,
        ),
      ),
      ...when(
        state.passkeysInForm && has(isPasskeyForm),
        warn('form_unwatched', `${flow.alias} has a form that takes passkeys whose failures nobody records.`, reapply),
      ),
      ...ways.map(({ code, at }) =>
        bad(code, `${at}: ${wayAroundTexts[code]}`, 'Bind another flow at once, then apply again.'),
      ),
      ...when(
        has((provider) => provider === stock.cookie),
        warn(
          'stock_cookie',
          `${flow.alias} has Keycloak’s own cookie step.`,
          'Put "Cookie, not past a fallback’s end" in its place.',
        ),
      ),
      ...when(
        has(isWebAuthn),
        warn(
          'unwatched',
          `${flow.alias} has a WebAuthn step whose failures nobody records.`,
          'Mend the original flow, then apply again.',
        ),
      ),
      ...steps
        .filter(({ provider }) => provider === own.fallback)
        .flatMap((step) => settingsOf(flow.alias, step, state)),
    ]
  })
}

/** Numbers of level conditions that applications could not ask for, nor tell from one another. */
const unnamedLevels = (steps: readonly FlowStep[], acrMap: RealmState['acrMap']): readonly string[] => {
  const named = new Set(Object.values(acrMap ?? {}).map(String))
  const given = steps
    .filter(({ provider }) => provider === stock.level)
    .flatMap(({ config }) => config?.values['loa-condition-level'] ?? [])
  return [...new Set(given)].filter((level) => !isMasked(level) && !named.has(level))
}

const settingsOf = (alias: string, { config }: FlowStep, { action }: RealmState): readonly Ailment[] => {
  const values = config?.values ?? {}
  const { bridgeUrl = '', bridgeKeyThumbprints = '' } = values
  const names = ['bridgeUrl', 'bridgeId', 'bridgeKeyThumbprints'] as const
  const differing = names.filter(
    (name) => action !== undefined && !isMasked(values[name] ?? '') && values[name] !== action.config[name],
  )
  const isLocal = /^http:\/\/(localhost|127\.|\[::1\])/.test(bridgeUrl)
  return [
    ...when(
      bridgeUrl === '' || bridgeKeyThumbprints === '',
      bad('step_not_set', `The fallback step of ${alias} has no bridge or no key of it.`, reapply),
    ),
    ...when(
      bridgeUrl.startsWith('http:') && !isLocal,
      warn('plain_http', 'Keycloak sends codes to the bridge by plain http.', 'Give the bridge an https address.'),
    ),
    ...when(
      action?.enabled === true && differing.length > 0,
      warn('settings_differ', `Login and setting up a code differ in ${differing.join(', ')}.`, reapply),
    ),
  ]
}

const upkeep = ({
  upkeep: { bruteForceProtected, maxSecondaryFailures, sendsMail },
}: RealmState): readonly Ailment[] => [
  ...when(
    !bruteForceProtected,
    bad('brute_force_off', 'Keycloak counts no wrong codes and passwords.', 'Switch brute force detection on.'),
  ),
  ...when(
    bruteForceProtected && maxSecondaryFailures === 0,
    warn(
      'no_last_limit',
      'However many wrong codes never lock an account for good.',
      'Set the limit of secondary failures, 100 for instance.',
    ),
  ),
  ...when(
    !sendsMail,
    warn(
      'mail_missing',
      'The realm sends no mail, so nobody can be told of a fallback by it.',
      'Set up its mail server.',
    ),
  ),
]
