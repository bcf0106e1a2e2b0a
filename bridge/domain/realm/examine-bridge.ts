import type { Asked } from './examine-people.ts'
import type { Ailment } from './examine-realm.ts'
import { enabledSteps, type FlowStep, isMasked } from './flow-tree.ts'
import type { RealmState } from './realm-state.ts'
import { own } from './step-providers.ts'

/** What the bridge says of itself, as far as it can be held against a realm. */
export type SeenBridge = {
  version: string
  bridgeId: string
  answerKey: string
  clientKey: string | null
  database: { weak: readonly string[] }
  realms: readonly SeenRealm[]
}

export type SeenRealm = {
  name: string
  findings: readonly { severity: 'refuse' | 'warn'; code: string; text: string }[]
  versions: { provider: string } | null
  levels: { biometric: number; fallback: readonly number[] } | null
  /** What the active policy asks of people; absent in a bridge that does not tell, null where no policy is active. */
  asked?: Asked | null | undefined
}

/** Holds what the bridge says against the realm: versions, keys, database, and the levels of its active policy. */
export const examineBridge = (bridge: SeenBridge, state: RealmState, toolVersion: string): readonly Ailment[] => {
  const realm = bridge.realms.find(({ name }) => name === state.realm)
  return [
    ...versions(bridge, realm, toolVersion),
    ...keys(bridge, state),
    ...bridge.database.weak.map((setting) =>
      bad(
        'database_not_durable',
        `A commit of the bridge’s database can be lost: ${setting}.`,
        'Set it back and restart the bridge; what was decided meanwhile may be missing after a crash.',
      ),
    ),
    ...levels(realm, state),
    ...(realm?.findings ?? []).map(
      ({ severity, code, text }): Ailment => ({
        severity: severity === 'refuse' ? 'bad' : 'warn',
        code,
        text: `The bridge finds: ${text}`,
        mend: mends[code] ?? 'See docs/operations.md.',
      }),
    ),
  ]
}

const bad = (code: string, text: string, mend: string): Ailment => ({ severity: 'bad', code, text, mend })
const warn = (code: string, text: string, mend: string): Ailment => ({ severity: 'warn', code, text, mend })

const mends: Readonly<Record<string, string>> = {
  protocol_mismatch: 'Put the jar of the bridge’s release into providers, kc.sh build, restart Keycloak.',
  provider_version: 'Put the jar of the bridge’s release into providers, kc.sh build, restart Keycloak.',
  templates_missing: 'Let the realm’s login theme build on keycloak.v2 (parent=keycloak.v2).',
  messages_untranslated: 'Add the texts that begin with fallbackBridge in the realm’s localization.',
  approvers_missing: 'Put people into the groups and give them the roles of the policy’s authority lines.',
  approvers_few: 'Put one more person into the group who holds a role that may approve.',
  approvers_unknown: 'Look whether Keycloak is up, and whether the bridge’s account has the role read-user-facts.',
  no_active_policy: 'Run `fallback-bridge policy add` and `policy activate`.',
  fallback_switched_off: 'Run `fallback-bridge policy on`, if whoever switched it off agrees.',
}

/** `0.1` of `0.1.7`: releases of one line work together. */
const line = (version: string): string => version.split('.').slice(0, 2).join('.')

const versions = (bridge: SeenBridge, realm: SeenRealm | undefined, tool: string): readonly Ailment[] => {
  const provider = realm?.versions?.provider
  return [
    ...(line(bridge.version) === line(tool)
      ? []
      : [
          warn(
            'bridge_version',
            `The bridge is ${bridge.version}, this command ${tool}.`,
            'Run the command of the bridge’s release, or update the bridge.',
          ),
        ]),
    ...(provider === undefined || line(provider) === line(bridge.version)
      ? []
      : [
          warn(
            isOlder(provider, bridge.version) ? 'jar_older' : 'jar_newer',
            `The jar is ${provider}, the bridge ${bridge.version}.`,
            isOlder(provider, bridge.version)
              ? 'Put the jar of the bridge’s release into providers, kc.sh build, restart Keycloak.'
              : 'Update the bridge to the jar’s release.',
          ),
        ]),
  ]
}

const isOlder = (one: string, other: string): boolean => one.localeCompare(other, 'en', { numeric: true }) < 0

const keys = (bridge: SeenBridge, state: RealmState): readonly Ailment[] => {
  const steps = fallbackSteps(state)
  const values = (name: string): readonly string[] =>
    steps.flatMap(({ config }) => config?.values[name] ?? []).filter((value) => !isMasked(value))
  const unpinned = values('bridgeKeyThumbprints').some((pinned) => !pinned.split('##').includes(bridge.answerKey))
  const others = values('bridgeId').filter((id) => id !== bridge.bridgeId)
  const kids = [...(state.bridgeClient?.jwks ?? '').matchAll(/"kid"\s*:\s*"([^"]+)"/g)].map(([, kid]) => kid)
  return [
    ...(unpinned
      ? [
          bad(
            'answer_key_unpinned',
            'The bridge signs with a key that the flow does not pin: every answer is refused.',
            'Run `fallback-bridge realm apply` with --answer-key-file of the key in use.',
          ),
        ]
      : []),
    ...(others.length > 0
      ? [
          bad(
            'bridge_id_differs',
            `The flow asks the bridge ${others[0]}, this one is ${bridge.bridgeId}.`,
            'Apply again with --bridge-id, or set FALLBACK_BRIDGE_ID.',
          ),
        ]
      : []),
    ...(bridge.clientKey !== null && kids.length > 0 && !kids.includes(bridge.clientKey)
      ? [
          bad(
            'client_key_unknown',
            'Keycloak does not know the key by which the bridge signs in.',
            'Run `fallback-bridge realm apply` with --client-key-file of the key in use.',
          ),
        ]
      : []),
  ]
}

const fallbackSteps = (state: RealmState): readonly FlowStep[] => {
  const bound = new Set([state.browserFlow, ...state.clients.flatMap(({ ownFlow }) => ownFlow ?? [])])
  return state.flows
    .filter(({ alias }) => bound.has(alias))
    .flatMap(({ alias, children }) => enabledSteps(alias, children).map(({ node }) => node))
    .filter(({ provider }) => provider === own.fallback)
}

/** The policy's numbers and the realm's are the same numbers, or logins are judged by other levels than they get. */
const levels = (realm: SeenRealm | undefined, { acrMap }: RealmState): readonly Ailment[] => {
  const [fallback, passkey] = [acrMap?.['fallback'], acrMap?.['passkey']]
  if (realm === undefined || realm.levels === null || fallback === undefined || passkey === undefined) return []
  const { biometric, fallback: claimed } = realm.levels
  const others = claimed.filter((level) => level !== fallback)
  if (biometric === passkey && others.length === 0) return []
  return [
    bad(
      'policy_levels',
      `The active policy has the passkey at ${biometric} and fallbacks at ${claimed.join(', ') || 'none'}; the realm gives ${passkey} and ${fallback}.`,
      `Set biometricLevel to ${passkey}, ceilings and floors of profiles and of paths that resist no phishing to ${fallback}, then policy add and activate.`,
    ),
  ]
}
