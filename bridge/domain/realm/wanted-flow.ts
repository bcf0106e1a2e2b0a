import { type FlowNode, isMasked, type Requirement } from './flow-tree.ts'

/** A step as it shall be. `from` is its place among the children of the flow it is copied from; new ones have none. */
export type WantedStep = {
  kind: 'step'
  provider: string
  requirement: Requirement
  /** Settings to give it; undefined leaves what the copy has. */
  config: { name: string; values: Readonly<Record<string, string>> } | undefined
  from: number | undefined
}

export type WantedSubFlow = {
  kind: 'flow'
  /** Full alias in the copy. */
  alias: string
  description: string
  type: string
  requirement: Requirement
  children: readonly WantedNode[]
  from: number | undefined
}

export type WantedNode = WantedStep | WantedSubFlow

/** A flow as it shall be: a copy of another one with steps put in, in place of others, and left out. */
export type WantedFlow = {
  /** Alias of the flow that Keycloak copies, and of the copy. */
  source: string
  alias: string
  description: string
  children: readonly WantedNode[]
}

/** What differs between the flow that shall be and the one that is, each with its place. Masked settings are not compared. */
export const differences = (
  place: string,
  wanted: readonly WantedNode[],
  actual: readonly FlowNode[],
): readonly string[] => {
  const missing = wanted.slice(actual.length).map((node) => `${place} > ${nameOf(node)} is missing`)
  const surplus = actual.slice(wanted.length).map((node) => `${place} > ${nameOf(node)} should not be there`)
  const changed = wanted.slice(0, actual.length).flatMap((node, at) => {
    const found = actual[at]
    return found === undefined ? [] : differencesOf(place, node, found)
  })
  return [...changed, ...missing, ...surplus]
}

const differencesOf = (place: string, wanted: WantedNode, actual: FlowNode): readonly string[] => {
  const name = `${place} > ${nameOf(wanted)}`
  if (wanted.kind === 'flow') {
    if (actual.kind !== 'flow' || actual.alias !== wanted.alias) return [`${name} stands not where it should`]
    return [
      ...(actual.requirement === wanted.requirement ? [] : [requirementDiffers(name, wanted, actual)]),
      ...(actual.type === wanted.type ? [] : [`${name} is of another type`]),
      ...differences(name, wanted.children, actual.children),
    ]
  }
  if (actual.kind !== 'step' || actual.provider !== wanted.provider) return [`${name} stands not where it should`]
  const values = actual.config?.values ?? {}
  const expected = wanted.config?.values ?? {}
  const unequal = [...new Set([...Object.keys(expected), ...(wanted.config ? Object.keys(values) : [])])].filter(
    (key) => values[key] !== expected[key] && !isMasked(values[key] ?? ''),
  )
  return [
    ...(actual.requirement === wanted.requirement ? [] : [requirementDiffers(name, wanted, actual)]),
    ...unequal.map((key) => `${name}: the setting ${key} differs`),
  ]
}

const requirementDiffers = (name: string, wanted: WantedNode, actual: FlowNode): string =>
  `${name} is ${actual.requirement} instead of ${wanted.requirement}`

const nameOf = (node: WantedNode | FlowNode): string => (node.kind === 'flow' ? node.alias : node.provider)

/** The flow as Keycloak would give it back: for simulating what is not built yet. */
export const asFlowNodes = (wanted: readonly WantedNode[]): readonly FlowNode[] =>
  wanted.map((node) =>
    node.kind === 'flow'
      ? { ...node, children: asFlowNodes(node.children) }
      : {
          kind: 'step',
          provider: node.provider,
          requirement: node.requirement,
          config: node.config === undefined ? undefined : { alias: node.config.name, values: node.config.values },
        },
  )
