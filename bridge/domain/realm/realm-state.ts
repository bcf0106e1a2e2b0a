import type { Flow } from './flow-tree.ts'

/** A client, as far as its logins matter here. */
export type ClientState = {
  id: string
  clientId: string
  /** Alias of the browser flow that it has of its own; undefined where it takes the realm's. */
  ownFlow: string | undefined
  /** Whether people log in to it by OpenID Connect. */
  takesLogins: boolean
  defaultScopes: readonly string[]
}

/** The bridge's own client, where it is there. */
export type BridgeClientState = {
  id: string
  isServiceOnly: boolean
  jwks: string | undefined
  roles: readonly string[]
  /** Roles that its service account has directly, as `client/role` or `role`. */
  grantedRoles: readonly string[]
  /** What this tool noted on it, as it stands there. */
  record: string | undefined
}

export type MapperState = { name: string; mapper: string; config: Readonly<Record<string, string>> }
export type ScopeState = { id: string; description: string; mappers: readonly MapperState[]; isRealmDefault: boolean }

/** The client by which people sign in at the command line, whoever made it. */
export type PeopleClientState = {
  clientId: string
  description: string
  /** Public, with the device grant, and with no other way in: no redirect, no password, no account of its own. */
  isDeviceOnly: boolean
  /** Whether its tokens can hold whatever rights a person has. */
  hasFullScope: boolean
  givesRefreshTokens: boolean
  mappers: readonly MapperState[]
  /** Mappers of its default scopes, of those alone that hold for every person. */
  scopeMappers: readonly MapperState[]
  /** Keycloak leaves out of its access tokens what no mapper asks for by a setting of its own. */
  hasLightTokens: boolean
  /** Realm roles that its tokens may tell of. */
  scopeRoles: readonly string[]
}

/** A realm role by which people act. `isHeld`: some account or group has it, or it is part of another role. */
export type PeopleRoleState = { name: string; description: string; isHeld: boolean }

/** What people need to decide, as far as the tool knows of it. */
export type PeopleState = { client: PeopleClientState | undefined; roles: readonly PeopleRoleState[] }

/** Settings of the event log. No types listed means Keycloak's own choice. */
export type EventSettings = {
  eventsEnabled: boolean
  adminEventsEnabled: boolean
  adminEventsDetailsEnabled: boolean
  enabledEventTypes: readonly string[]
}

export type ActionState = { enabled: boolean; config: Readonly<Record<string, string>> }
export type GroupState = { path: string; pilotRoles: readonly string[] }

/** Settings that the tool leaves alone and only looks at. Durations in seconds; 0 is for ever. */
export type UpkeepState = {
  bruteForceProtected: boolean
  /** Wrong codes after which Keycloak locks an account for good; 0 is never. */
  maxSecondaryFailures: number
  eventsSeconds: number
  adminEventsSeconds: number
  sendsMail: boolean
}

/** All that the tool reads of a realm. */
export type RealmState = {
  realm: string
  /** Version of the server; empty where it is not told. */
  server: string
  /** Steps that the server knows. */
  steps: readonly string[]
  /** Alias of the browser flow that is bound. */
  browserFlow: string
  /** Top-level flows with all that is in them: the bound one, those of clients, and those of this tool. */
  flows: readonly Flow[]
  /** Aliases of all flows, also of those inside others. */
  flowAliases: readonly string[]
  ssoSessionMaxLifespan: number
  /** The `acr.loa.map`; undefined where there is none. */
  acrMap: Readonly<Record<string, number>> | undefined
  events: EventSettings
  /** User verification of both WebAuthn policies. */
  userVerification: { twoFactor: string; passwordless: string }
  /** Both WebAuthn policies, by the names of Keycloak's realm document: one that is not sent whole is not taken. */
  webAuthnPolicies: Readonly<Record<string, unknown>>
  /** Client scopes that new clients get by default. */
  realmScopes: readonly string[]
  upkeep: UpkeepState
  /** Whether the username form takes passkeys. */
  passkeysInForm: boolean
  action: ActionState | undefined
  clients: readonly ClientState[]
  bridgeClient: BridgeClientState | undefined
  scope: ScopeState | undefined
  people: PeopleState
  /** The group that was asked for; undefined where none was, or it is not there. */
  group: GroupState | undefined
}
