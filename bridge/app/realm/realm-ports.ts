import type { Asked, FoundAsked } from '../../domain/realm/examine-people.ts'
import type { Seen } from '../../domain/realm/examine-surroundings.ts'
import type { Requirement } from '../../domain/realm/flow-tree.ts'
import type { EventSettings, MapperState, RealmState } from '../../domain/realm/realm-state.ts'

/** What is to be read of a realm beside what is always read. */
export type ReadAsk = { clientId: string; pilotGroup: string | undefined }

/** A step or flow of a flow that is being built, with the ids by which it is changed. */
export type BuiltNode = {
  /** Id of the execution, and of its settings where it has some. */
  id: string
  configId: string | undefined
  kind: 'step' | 'flow'
  /** Provider of a step, alias of a flow. */
  name: string
  requirement: Requirement
  priority: number
  values: Readonly<Record<string, string>>
  children: readonly BuiltNode[]
}

/**
 * One realm through Keycloak's admin API, as an installer sees it. Each function is one change, or none where it is made
 * already; each may fail with BridgeError keycloak_unreachable or keycloak_refused and be called again.
 */
export type RealmAdmin = {
  read: (ask: ReadAsk) => Promise<RealmState>
  /** Looks for the groups and realm roles that a policy asks. */
  readAsked: (asked: Asked) => Promise<FoundAsked>

  createClient: (client: {
    clientId: string
    jwks: string
    attributes: Readonly<Record<string, string>>
  }) => Promise<void>
  /** Sets the named attributes; undefined takes one away. All others stay. */
  setClientAttributes: (clientId: string, attributes: Readonly<Record<string, string | undefined>>) => Promise<void>
  deleteClient: (clientId: string) => Promise<void>
  createClientRole: (clientId: string, role: string, description: string) => Promise<void>
  /** Gives the client's service account a role, named `client/role`. */
  grantRole: (clientId: string, role: string) => Promise<void>

  setEvents: (settings: EventSettings) => Promise<void>
  setUserVerification: (policy: { twoFactor: string; passwordless: string }) => Promise<void>
  setAcrMap: (map: Readonly<Record<string, number>> | undefined) => Promise<void>
  registerAction: (name: string) => Promise<void>
  setAction: (action: { enabled: boolean; config: Readonly<Record<string, string>> }) => Promise<void>
  removeAction: () => Promise<void>

  createScope: (description: string, mappers: readonly MapperState[]) => Promise<void>
  setMappers: (mappers: readonly MapperState[]) => Promise<void>
  removeScope: () => Promise<void>
  setRealmScope: () => Promise<void>
  addClientScope: (clientId: string) => Promise<void>
  removeClientScope: (clientId: string) => Promise<void>
  giveGroupRole: (group: string, clientId: string, role: string) => Promise<void>
  takeGroupRole: (group: string, clientId: string, role: string) => Promise<void>

  createRealmRole: (role: string, description: string) => Promise<void>
  deleteRealmRole: (role: string) => Promise<void>
  createPeopleClient: (clientId: string, mappers: readonly MapperState[]) => Promise<void>
  /** Gives the client back the abilities it was made with, and takes every other. */
  setPeopleClient: (clientId: string) => Promise<void>
  setClientMappers: (clientId: string, mappers: readonly MapperState[]) => Promise<void>
  /** Lets the client's tokens tell of a realm role, for whoever has it. */
  addScopeRole: (clientId: string, role: string) => Promise<void>

  /** Keycloak copies the flow with all that is in it, settings nobody can read among it. */
  copyFlow: (source: string, alias: string) => Promise<void>
  readFlow: (alias: string) => Promise<readonly BuiltNode[]>
  /** Both give the id of the new execution, at the end of the flow and switched off. */
  addStep: (flow: string, provider: string, priority: number) => Promise<string>
  addFlow: (
    flow: string,
    added: { alias: string; description: string; type: string; priority: number },
  ) => Promise<string>
  setExecution: (flow: string, execution: { id: string; requirement: Requirement; priority: number }) => Promise<void>
  createConfig: (execution: string, name: string, values: Readonly<Record<string, string>>) => Promise<void>
  updateConfig: (id: string, name: string, values: Readonly<Record<string, string>>) => Promise<void>
  removeExecution: (id: string) => Promise<void>
  describeFlow: (alias: string, description: string) => Promise<void>
  deleteFlow: (alias: string) => Promise<void>

  bindRealm: (alias: string) => Promise<void>
  /** Undefined takes the client's own flow away. */
  bindClient: (clientId: string, alias: string | undefined) => Promise<void>
}

/** Looks at clocks and ports from where the command runs. Never fails: what cannot be seen is told as that. */
export type LookAround = (ask: { managementUrl: string | undefined; bridgeUrl: string | undefined }) => Promise<Seen>
