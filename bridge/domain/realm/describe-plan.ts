import type { RealmChange } from './realm-change.ts'
import type { EventSettings } from './realm-state.ts'
import type { WantedNode } from './wanted-flow.ts'

/** One change in words for people: a sign (+ new, ~ other than before, - gone), then what. */
export const describeChange = (change: RealmChange): string => {
  switch (change.kind) {
    case 'create_client':
      return `+ client ${change.clientId}, a service account that signs in by its key`
    case 'set_client_keys':
      return `~ client ${change.clientId}: public keys`
    case 'save_record':
      return change.record === undefined
        ? `- client ${change.clientId}: the note of what was there before`
        : `~ client ${change.clientId}: the note of what was there before`
    case 'create_role':
      return `+ role ${change.clientId}/${change.role}: ${change.description}`
    case 'grant_role':
      return `+ service account of ${change.clientId}: role ${change.role}`
    case 'set_events':
      return `~ event log: ${eventWords(change.before, change.values).join(', ')}`
    case 'set_user_verification':
      return `~ user verification of WebAuthn: ${change.twoFactor}, passwordless: ${change.passwordless}`
    case 'set_acr_map':
      return change.map === undefined
        ? '- ACR to LoA mapping'
        : `~ ACR to LoA mapping: ${Object.entries(change.map)
            .map(([name, level]) => `${name} ${level}`)
            .join(', ')}`
    case 'register_action':
      return `+ required action: ${change.name}`
    case 'set_action':
      return `~ required action for the fallback code: ${change.enabled ? 'on' : 'off'}, ${change.config['bridgeUrl'] ?? 'no bridge'}`
    case 'remove_action':
      return '- required action for the fallback code'
    case 'create_scope':
      return `+ client scope fallback-bridge: ${change.mappers.map(({ name }) => name).join(', ')}`
    case 'set_mappers':
      return `~ client scope fallback-bridge: ${change.mappers.map(({ name }) => name).join(', ')}`
    case 'add_realm_scope':
      return '+ client scope fallback-bridge for new clients'
    case 'add_client_scope':
      return `+ client ${change.clientId}: client scope fallback-bridge`
    case 'remove_client_scope':
      return `- client ${change.clientId}: client scope fallback-bridge`
    case 'remove_scope':
      return '- client scope fallback-bridge'
    case 'give_pilot_role':
      return `+ group ${change.group}: role ${change.clientId}/${change.role}`
    case 'take_pilot_role':
      return `- group ${change.group}: role ${change.clientId}/${change.role}`
    case 'create_realm_role':
      return `+ realm role ${change.role}: ${change.description}`
    case 'delete_realm_role':
      return `- realm role ${change.role}, which nobody has`
    case 'create_people_client':
      return `+ client ${change.clientId}, by which people sign in at the command line: public, device grant alone`
    case 'set_people_client':
      return `~ client ${change.clientId}: the device grant alone, no refresh tokens, no full scope`
    case 'set_people_mappers':
      return `~ client ${change.clientId}: ${change.mappers.map(({ name }) => name).join(', ')}`
    case 'add_scope_role':
      return `+ client ${change.clientId}: its tokens may tell of the role ${change.role}`
    case 'delete_people_client':
      return `- client ${change.clientId}, by which people sign in at the command line`
    case 'build_flow':
      return `+ flow "${change.flow.alias}", a copy of "${change.flow.source}"`
    case 'bind_client':
      return `~ client ${change.clientId}: browser flow ${flowWord(change.before)} -> ${flowWord(change.flow)}`
    case 'bind_realm':
      return `~ realm: browser flow "${change.before}" -> "${change.flow}"`
    case 'delete_flow':
      return `- flow "${change.flow}"`
    case 'delete_client':
      return `- client ${change.clientId} with its service account and roles`
  }
}

/** All changes, the flows drawn with what is new in them. */
export const describePlan = (changes: readonly RealmChange[]): readonly string[] =>
  changes.flatMap((change) =>
    change.kind === 'build_flow'
      ? [
          describeChange(change),
          ...change.watched.map((place) => `    watched: ${place}`),
          ...tree(change.flow.children, `${change.flow.alias} `, 2),
        ]
      : [describeChange(change)],
  )

const tree = (nodes: readonly WantedNode[], prefix: string, depth: number): readonly string[] =>
  nodes.flatMap((node) => {
    const sign = node.from === undefined ? '+' : ' '
    const name = node.kind === 'flow' ? node.alias.replace(prefix, '') : node.provider
    const line = `${'  '.repeat(depth)}${sign} ${name}`.padEnd(70)
    return [`${line} ${node.requirement}`, ...(node.kind === 'flow' ? tree(node.children, prefix, depth + 1) : [])]
  })

const flowWord = (alias: string | undefined): string => (alias === undefined ? 'of the realm' : `"${alias}"`)

const eventWords = (before: EventSettings, after: EventSettings): readonly string[] => {
  const added = after.enabledEventTypes.filter((type) => !before.enabledEventTypes.includes(type))
  const switches = [
    ['user events', before.eventsEnabled, after.eventsEnabled],
    ['admin events', before.adminEventsEnabled, after.adminEventsEnabled],
    ['their representation', before.adminEventsDetailsEnabled, after.adminEventsDetailsEnabled],
  ] as const
  return [
    ...switches.filter(([, was, is]) => was !== is).map(([name, , is]) => `${name} ${is ? 'saved' : 'not saved'}`),
    ...(added.length === 0 ? [] : [`also saved: ${added.join(', ')}`]),
  ]
}
