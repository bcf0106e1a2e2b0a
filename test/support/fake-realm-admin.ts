import type { BuiltNode, RealmAdmin } from '../../bridge/app/realm/realm-ports.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import type { FoundAsked } from '../../bridge/domain/realm/examine-people.ts'
import type { Flow, FlowNode, Requirement } from '../../bridge/domain/realm/flow-tree.ts'
import { peopleClient, peopleClientId } from '../../bridge/domain/realm/people-parts.ts'
import type { ClientState, RealmState } from '../../bridge/domain/realm/realm-state.ts'

type Config = { id: string; name: string; values: Record<string, string> }
type Node = {
  id: string
  kind: 'step' | 'flow'
  name: string
  description: string
  type: string
  requirement: Requirement
  priority: number
  config: Config | undefined
  children: Node[]
}
type TopFlow = { id: string; alias: string; description: string; builtIn: boolean; children: Node[] }

/** A realm in memory that behaves as Keycloak's admin API does, as far as the realm tool depends on it. */
export type FakeRealm = {
  admin: RealmAdmin
  /** The realm as it is now. */
  state: () => RealmState
  /** Names of the changing calls made so far. */
  calls: readonly string[]
  /** The next changing call of this number (0 is the very next) fails, before its work or after it. */
  failAt: (number: number, when: 'before' | 'after') => void
  neverFail: () => void
  /** Somebody else's change. */
  meddle: (change: (state: RealmState) => RealmState) => void
}

/** Starts from a state; everything is kept in memory. `asked` is what is told of groups and roles that a policy asks. */
export const createFakeRealm = (
  start: RealmState,
  asked: FoundAsked = { missing: [], empty: [], rolesMissing: [], tellingMissing: [] },
): FakeRealm => {
  let ids = 0
  const nextId = (): string => {
    ids += 1
    return `x${ids}`
  }
  const toNode = (node: FlowNode, at: number): Node => ({
    id: nextId(),
    kind: node.kind,
    name: node.kind === 'flow' ? node.alias : node.provider,
    description: node.kind === 'flow' ? node.description : '',
    type: node.kind === 'flow' ? node.type : '',
    requirement: node.requirement,
    priority: (at + 1) * 10,
    config:
      node.kind === 'step' && node.config !== undefined
        ? { id: nextId(), name: node.config.alias, values: { ...node.config.values } }
        : undefined,
    children: node.kind === 'flow' ? node.children.map(toNode) : [],
  })
  const ordered = (nodes: readonly Node[]): Node[] => nodes.toSorted((a, b) => a.priority - b.priority)
  const fromNode = (node: Node): FlowNode =>
    node.kind === 'flow'
      ? {
          kind: 'flow',
          alias: node.name,
          description: node.description,
          type: node.type,
          requirement: node.requirement,
          children: ordered(node.children).map(fromNode),
        }
      : {
          kind: 'step',
          provider: node.name,
          requirement: node.requirement,
          config: node.config === undefined ? undefined : { alias: node.config.name, values: node.config.values },
        }
  let flows: TopFlow[] = start.flows.map((flow) => ({ ...flow, children: flow.children.map(toNode) }))
  let rest = start
  const calls: string[] = []
  let failing: { left: number; when: 'before' | 'after' } | undefined

  const refuse = (code: string): never => {
    throw new BridgeError('keycloak_refused', { cause: { code } })
  }
  const aliasesOf = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => (node.kind === 'flow' ? [node.name, ...aliasesOf(node.children)] : []))
  const allAliases = (): string[] => flows.flatMap(({ alias, children }) => [alias, ...aliasesOf(children)])
  const childrenOf = (alias: string): Node[] => {
    const find = (nodes: Node[]): Node[] | undefined => {
      for (const node of nodes) {
        if (node.kind !== 'flow') continue
        const found = node.name === alias ? node.children : find(node.children)
        if (found !== undefined) return found
      }
      return undefined
    }
    const top = flows.find((flow) => flow.alias === alias)
    return (
      top?.children ??
      flows.map(({ children }) => find(children)).find((found) => found !== undefined) ??
      refuse('flow')
    )
  }
  const everyNode = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...everyNode(node.children)])
  const nodeOf = (id: string): Node =>
    flows.flatMap(({ children }) => everyNode(children)).find((node) => node.id === id) ?? refuse('execution')
  const flow = (alias: string): TopFlow => flows.find((one) => one.alias === alias) ?? refuse('flow')
  const state = (): RealmState => ({
    ...rest,
    flows: flows.map(({ children, ...top }): Flow => ({ ...top, children: ordered(children).map(fromNode) })),
    flowAliases: allAliases(),
  })
  const changeClient = (clientId: string, change: (client: ClientState) => ClientState): void => {
    rest = { ...rest, clients: rest.clients.map((one) => (one.clientId === clientId ? change(one) : one)) }
  }
  const bridge = (change: (client: NonNullable<RealmState['bridgeClient']>) => RealmState['bridgeClient']): void => {
    rest = { ...rest, bridgeClient: change(rest.bridgeClient ?? refuse('client')) }
  }
  const changePeople = (people: Partial<RealmState['people']>): void => {
    rest = { ...rest, people: { ...rest.people, ...people } }
  }
  const changePeopleClient = (differs: Partial<NonNullable<RealmState['people']['client']>>): void =>
    changePeople({ client: { ...(rest.people.client ?? refuse('client')), ...differs } })
  const copyNode = (node: Node, alias: string): Node => ({
    ...node,
    id: nextId(),
    name: node.kind === 'flow' ? `${alias} ${node.name}` : node.name,
    config:
      node.config === undefined
        ? undefined
        : { id: nextId(), name: `${alias} ${node.config.name}`, values: { ...node.config.values } },
    children: node.children.map((child) => copyNode(child, alias)),
  })
  const built = (node: Node): BuiltNode => ({
    id: node.id,
    configId: node.config?.id,
    kind: node.kind,
    name: node.name,
    requirement: node.requirement,
    priority: node.priority,
    values: node.config?.values ?? {},
    children: ordered(node.children).map(built),
  })
  const isBound = (alias: string): boolean =>
    rest.browserFlow === alias || rest.clients.some(({ ownFlow }) => ownFlow === alias)
  const addNode = (parent: string, node: Omit<Node, 'id' | 'requirement' | 'config' | 'children'>): string => {
    const id = nextId()
    childrenOf(parent).push({ ...node, id, requirement: 'DISABLED', config: undefined, children: [] })
    return id
  }

  const work: Omit<RealmAdmin, 'read' | 'readAsked' | 'readFlow'> = {
    createClient: async ({ jwks, attributes }) => {
      if (rest.bridgeClient !== undefined) return
      const record = attributes['fallback-bridge.before']
      rest = { ...rest, bridgeClient: { id: nextId(), isServiceOnly: true, jwks, roles: [], grantedRoles: [], record } }
    },
    setClientAttributes: async (_client, attributes) =>
      bridge((client) => ({
        ...client,
        ...('fallback-bridge.before' in attributes ? { record: attributes['fallback-bridge.before'] } : {}),
        ...('jwks.string' in attributes ? { jwks: attributes['jwks.string'] } : {}),
      })),
    deleteClient: async (clientId) => {
      if (clientId === peopleClientId) changePeople({ client: undefined })
      else rest = { ...rest, bridgeClient: undefined }
    },
    createClientRole: async (_client, role) => bridge((client) => ({ ...client, roles: [...client.roles, role] })),
    grantRole: async (_client, role) =>
      bridge((client) => ({ ...client, grantedRoles: [...client.grantedRoles, role] })),
    setEvents: async (events) => {
      rest = { ...rest, events }
    },
    setUserVerification: async (userVerification) => {
      rest = { ...rest, userVerification }
    },
    setAcrMap: async (acrMap) => {
      rest = { ...rest, acrMap }
    },
    registerAction: async () => {
      rest = { ...rest, action: { enabled: true, config: {} } }
    },
    setAction: async (action) => {
      rest = { ...rest, action }
    },
    removeAction: async () => {
      rest = { ...rest, action: undefined }
    },
    createScope: async (description, mappers) => {
      rest = { ...rest, scope: { id: nextId(), description, mappers, isRealmDefault: false } }
    },
    setMappers: async (mappers) => {
      if (rest.scope !== undefined) rest = { ...rest, scope: { ...rest.scope, mappers } }
    },
    removeScope: async () => {
      rest = { ...rest, scope: undefined }
    },
    setRealmScope: async () => {
      if (rest.scope !== undefined) rest = { ...rest, scope: { ...rest.scope, isRealmDefault: true } }
    },
    addClientScope: async (clientId) =>
      changeClient(clientId, (one) => ({ ...one, defaultScopes: [...one.defaultScopes, 'fallback-bridge'] })),
    removeClientScope: async (clientId) =>
      changeClient(clientId, (one) => ({
        ...one,
        defaultScopes: one.defaultScopes.filter((scope) => scope !== 'fallback-bridge'),
      })),
    giveGroupRole: async (_group, _client, role) => {
      if (rest.group !== undefined) rest = { ...rest, group: { ...rest.group, pilotRoles: [role] } }
    },
    takeGroupRole: async () => {
      if (rest.group !== undefined) rest = { ...rest, group: { ...rest.group, pilotRoles: [] } }
    },
    createRealmRole: async (name, description) => {
      if (rest.people.roles.some((role) => role.name === name)) return
      changePeople({ roles: [...rest.people.roles, { name, description, isHeld: false }] })
    },
    deleteRealmRole: async (name) => changePeople({ roles: rest.people.roles.filter((role) => role.name !== name) }),
    createPeopleClient: async (clientId, mappers) => {
      const { description } = peopleClient
      const narrow = { isDeviceOnly: true, hasFullScope: false, givesRefreshTokens: false, hasLightTokens: false }
      changePeople({ client: { clientId, description, ...narrow, mappers, scopeMappers: [], scopeRoles: [] } })
    },
    setPeopleClient: async () =>
      changePeopleClient({ isDeviceOnly: true, hasFullScope: false, givesRefreshTokens: false }),
    setClientMappers: async (_client, mappers) => changePeopleClient({ mappers }),
    addScopeRole: async (_client, role) => {
      if (!rest.people.roles.some(({ name }) => name === role)) refuse('role')
      changePeopleClient({ scopeRoles: [...(rest.people.client?.scopeRoles ?? []), role] })
    },
    copyFlow: async (source, alias) => {
      if (allAliases().includes(alias)) refuse('name')
      const from = flow(source)
      const children = ordered(from.children).map((node) => copyNode(node, alias))
      flows = [...flows, { id: `id of ${alias}`, alias, description: from.description, builtIn: false, children }]
    },
    addStep: async (parent, provider, priority) =>
      addNode(parent, { kind: 'step', name: provider, description: '', type: '', priority }),
    addFlow: async (parent, { alias, description, type, priority }) => {
      if (allAliases().includes(alias)) refuse('name')
      return addNode(parent, { kind: 'flow', name: alias, description, type, priority })
    },
    setExecution: async (_flow, { id, requirement, priority }) => {
      Object.assign(nodeOf(id), { requirement, priority })
    },
    createConfig: async (execution, name, values) => {
      nodeOf(execution).config = { id: nextId(), name, values: { ...values } }
    },
    updateConfig: async (id, name, values) => {
      const node = flows.flatMap(({ children }) => everyNode(children)).find(({ config }) => config?.id === id)
      if (node?.config !== undefined) node.config = { id, name, values: { ...values } }
    },
    removeExecution: async (id) => {
      const without = (nodes: Node[]): Node[] =>
        nodes.filter((node) => node.id !== id).map((node) => ({ ...node, children: without(node.children) }))
      flows = flows.map((one) => ({ ...one, children: without(one.children) }))
    },
    describeFlow: async (alias, description) => {
      flow(alias).description = description
    },
    deleteFlow: async (alias) => {
      if (flow(alias).builtIn || isBound(alias)) refuse('bound')
      flows = flows.filter((one) => one.alias !== alias)
    },
    bindRealm: async (alias) => {
      flow(alias)
      rest = { ...rest, browserFlow: alias }
    },
    bindClient: async (clientId, alias) => {
      if (alias !== undefined) flow(alias)
      changeClient(clientId, (one) => ({ ...one, ownFlow: alias }))
    },
  }

  const fail = (when: 'before' | 'after'): void => {
    if (failing?.when !== when) return
    failing.left -= 1
    if (failing.left === -1) throw new BridgeError('keycloak_unreachable', { cause: { code: 'test' } })
  }
  const changing = Object.fromEntries(
    Object.entries(work).map(([name, call]) => [
      name,
      async (...given: never[]) => {
        fail('before')
        calls.push(name)
        const result = await (call as (...args: never[]) => Promise<unknown>)(...given)
        fail('after')
        return result
      },
    ]),
  ) as unknown as typeof work

  return {
    admin: {
      ...changing,
      read: async () => state(),
      readAsked: async () => asked,
      readFlow: async (alias) => ordered(childrenOf(alias)).map(built),
    },
    state,
    calls,
    failAt: (number, when) => {
      failing = { left: number, when }
    },
    neverFail: () => {
      failing = undefined
    },
    meddle: (change) => {
      const after = change(state())
      rest = after
      flows = after.flows.map((one) => ({ ...one, children: one.children.map(toNode) }))
    },
  }
}
