import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type ExecutionInfo from '@keycloak/keycloak-admin-client/lib/defs/authenticationExecutionInfoRepresentation.js'
import type { BuiltNode, RealmAdmin } from '../app/realm/realm-ports.ts'
import type { Requirement } from '../domain/realm/flow-tree.ts'
import { unreadable } from './failure.ts'

type FlowCalls = Pick<
  RealmAdmin,
  | 'copyFlow'
  | 'readFlow'
  | 'addStep'
  | 'addFlow'
  | 'setExecution'
  | 'createConfig'
  | 'updateConfig'
  | 'removeExecution'
  | 'describeFlow'
  | 'deleteFlow'
>

/** The part of the installer's port that builds flows. It throws what the admin client throws. */
export const createRealmFlows = (client: KeycloakAdminClient, realm: string): FlowCalls => {
  const flows = client.authenticationManagement
  const executionsOf = (flow: string): Promise<ExecutionInfo[]> => flows.getExecutions({ realm, flow })
  const findFlow = async (alias: string) =>
    (await flows.getFlows({ realm } as never)).find((flow) => flow.alias === alias)

  const valuesOf = async (id: string | undefined): Promise<Readonly<Record<string, string>>> => {
    if (id === undefined) return {}
    const found = await flows.getConfig({ realm, id })
    return (found.config ?? {}) as Record<string, string>
  }

  /** Keycloak lists the executions of all flows inside in one list, each with its depth. */
  const nest = async (listed: readonly ExecutionInfo[], level: number): Promise<readonly BuiltNode[]> => {
    const nodes: BuiltNode[] = []
    for (const [at, one] of listed.entries()) {
      if (one.level !== level) continue
      const rest = listed.slice(at + 1)
      const end = rest.findIndex((other) => (other.level ?? 0) <= level)
      const inside = end === -1 ? rest : rest.slice(0, end)
      const isFlow = one.authenticationFlow === true
      if (one.id === undefined || one.requirement === undefined) throw unreadable()
      nodes.push({
        id: one.id,
        configId: one.authenticationConfig,
        kind: isFlow ? 'flow' : 'step',
        name: (isFlow ? one.displayName : one.providerId) ?? '',
        requirement: one.requirement as Requirement,
        priority: (one as { priority?: number }).priority ?? 0,
        values: await valuesOf(one.authenticationConfig),
        children: isFlow ? await nest(inside, level + 1) : [],
      })
    }
    return nodes
  }

  return {
    copyFlow: async (source, alias) => {
      await flows.copyFlow({ realm, flow: source, newName: alias })
    },
    readFlow: async (alias) => nest(await executionsOf(alias), 0),
    addStep: async (flow, provider, priority) => {
      const { id } = await flows.addExecutionToFlow({ realm, flow, provider, priority } as never)
      if (id === undefined) throw unreadable()
      return id
    },
    addFlow: async (flow, { alias, description, type, priority }) => {
      const provider = 'registration-page-form'
      const added = await flows.addFlowToFlow({ realm, flow, alias, description, type, provider, priority } as never)
      // Keycloak gives the id of the flow; the execution that holds it has another.
      const found = (await executionsOf(flow)).find(({ flowId, level }) => flowId === added.id && level === 0)
      if (found?.id === undefined) throw unreadable()
      return found.id
    },
    setExecution: async (flow, execution) => {
      await flows.updateExecution({ realm, flow }, execution as never)
    },
    createConfig: async (id, alias, config) => {
      await flows.createConfig({ realm, id, alias, config: { ...config } })
    },
    updateConfig: async (id, alias, config) => {
      await flows.updateConfig({ realm, id, alias, config: { ...config } })
    },
    removeExecution: async (id) => {
      await flows.delExecution({ realm, id })
    },
    describeFlow: async (alias, description) => {
      const found = await findFlow(alias)
      if (found?.id === undefined) throw unreadable()
      await flows.updateFlow({ realm, flowId: found.id }, { ...found, description })
    },
    deleteFlow: async (alias) => {
      const found = await findFlow(alias)
      if (found?.id !== undefined) await flows.deleteFlow({ realm, flowId: found.id })
    },
  }
}
