import { BridgeError } from '../../domain/errors.ts'
import { isMasked } from '../../domain/realm/flow-tree.ts'
import type { WantedFlow, WantedNode } from '../../domain/realm/wanted-flow.ts'
import type { BuiltNode, RealmAdmin } from './realm-ports.ts'

/**
 * Builds a copy that nobody is led through yet: Keycloak copies the flow, then steps are taken out and put in. The
 * description that makes the copy known as finished comes last, so that a copy built by half is never taken for one.
 * @throws BridgeError keycloak_refused where the copy has not the form of the flow it was planned from
 */
export const buildFlow = async (admin: RealmAdmin, flow: WantedFlow): Promise<void> => {
  await admin.copyFlow(flow.source, flow.alias)
  await shape(admin, flow.alias, flow.children, await admin.readFlow(flow.alias))
  await admin.describeFlow(flow.alias, flow.description)
}

const shape = async (
  admin: RealmAdmin,
  flow: string,
  wanted: readonly WantedNode[],
  copied: readonly BuiltNode[],
): Promise<void> => {
  const kept = new Set(wanted.flatMap(({ from }) => (from === undefined ? [] : [copied[from]?.id])))
  for (const node of copied) if (!kept.has(node.id)) await admin.removeExecution(node.id)
  for (const [at, node] of wanted.entries()) {
    const priority = (at + 1) * 10
    const found = node.from === undefined ? undefined : copied[node.from]
    if (node.from !== undefined && !isCopyOf(node, found)) {
      throw new BridgeError('keycloak_refused', { cause: { code: 'flow_changed_meanwhile' } })
    }
    const id = found?.id ?? (await add(admin, flow, node, priority))
    if (found === undefined || found.priority !== priority || found.requirement !== node.requirement) {
      await admin.setExecution(flow, { id, requirement: node.requirement, priority })
    }
    if (node.kind === 'flow') await shape(admin, node.alias, node.children, found?.children ?? [])
    else await configure(admin, id, node.config, found)
  }
}

const isCopyOf = (wanted: WantedNode, found: BuiltNode | undefined): boolean =>
  found?.kind === wanted.kind && found.name === (wanted.kind === 'flow' ? wanted.alias : wanted.provider)

const add = (admin: RealmAdmin, flow: string, node: WantedNode, priority: number): Promise<string> =>
  node.kind === 'flow'
    ? admin.addFlow(flow, { alias: node.alias, description: node.description, type: node.type, priority })
    : admin.addStep(flow, node.provider, priority)

/** Settings that were copied are left alone, unless one of them has to be another in the copy. */
const configure = async (
  admin: RealmAdmin,
  id: string,
  config: { name: string; values: Readonly<Record<string, string>> } | undefined,
  found: BuiltNode | undefined,
): Promise<void> => {
  if (config === undefined) return
  if (found?.configId === undefined) return admin.createConfig(id, config.name, config.values)
  const { values } = found
  const isOther = Object.entries(config.values).some(([key, value]) => values[key] !== value)
  if (!isOther) return
  if (Object.values(values).some(isMasked)) {
    throw new BridgeError('keycloak_refused', { cause: { code: 'masked_setting' } })
  }
  await admin.updateConfig(found.configId, config.name, config.values)
}
