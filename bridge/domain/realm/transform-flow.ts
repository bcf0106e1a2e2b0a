import { checkFlow, type WatchPlan } from './check-flow.ts'
import {
  createNewNodes,
  type FlowNaming,
  gateOf,
  levelFlows,
  requiredWrap,
  type TransformContext,
} from './fallback-nodes.ts'
import { type Flow, type FlowNode, type FlowStep, isEnabled, isMasked, type SubFlow } from './flow-tree.ts'
import type { Refusal } from './refusal.ts'
import { asksPassword, isCondition, own, stock, watchOf } from './step-providers.ts'
import type { WantedFlow, WantedNode, WantedStep } from './wanted-flow.ts'

/** The flow that comes out, what was put under watch, and what people should know; or why it cannot be done. */
export type Transformed =
  | { flow: WantedFlow; watched: readonly string[]; notes: readonly string[] }
  | { refusals: readonly Refusal[] }

/**
 * Works out the copy of a flow: each WebAuthn step of an identified person becomes its watch step, the fallback stands
 * behind it, levels are given after it by what was really proved, and the cookie step is the one that knows the end of
 * a fallback session. Everything else stays as it is, its settings too.
 */
export const transformFlow = (source: Flow, context: TransformContext): Transformed => {
  const checked = checkFlow(source, context.wish, context.passkeysInForm)
  if ('refusals' in checked) return checked
  const naming = createNewNodes(context)
  const children = copyChildren(source.alias, source.children, { plan: checked, naming, context, source }).children
  return {
    flow: { source: source.alias, alias: context.alias, description: context.description, children },
    watched: checked.watched.map(({ place }) => place),
    notes: checked.notes,
  }
}

type Scene = { plan: WatchPlan; naming: FlowNaming; context: TransformContext; source: Flow }

/**
 * Copies the children of a flow. `owed` are gates whose levels are still to be given by a flow further up: the outermost
 * flow that goes on in order gives them, when everything that is proved in it is known.
 */
const copyChildren = (
  place: string,
  nodes: readonly FlowNode[],
  scene: Scene,
  isInside = false,
): { children: readonly WantedNode[]; owed: readonly string[] } => {
  const { plan, naming } = scene
  const isWatched = (node: FlowNode): node is FlowStep => node.kind === 'step' && plan.steps.has(node)
  const runs = nodes.filter((node) => isEnabled(node) || isWatched(node))
  const inOrder = runs.some(
    (node) =>
      node.requirement !== 'ALTERNATIVE' && isEnabled(node) && !(node.kind === 'step' && isCondition(node.provider)),
  )
  const underUserCondition = runs.some((node) => node.kind === 'step' && node.provider === stock.userConfigured)
  const asAlternatives = !inOrder || underUserCondition
  const givesLevels = !asAlternatives
  const last = nodes.findLastIndex(isWatched)
  const owed: string[] = []
  const children = nodes.flatMap((node, from): readonly WantedNode[] => {
    if (node.kind === 'flow') {
      const below = isEnabled(node)
        ? copyChildren(`${place} > ${node.alias}`, node.children, scene, isInside || givesLevels)
        : { children: untouched(node.children, scene), owed: [] }
      owed.push(...below.owed)
      return [copyOfFlow(node, from, below.children, scene)]
    }
    if (!isWatched(node)) return [copyOfStep(node, from, scene)]
    const asksForPassword = plan.steps.get(node) === 'without_password'
    const watch = naming.watch(watchOf[node.provider] ?? own.watchTwoFactor)
    if (!asAlternatives) {
      const gate = gateOf(naming, asksForPassword)
      owed.push(gate.alias)
      return [requiredWrap(naming, watch, gate)]
    }
    if (from !== last) return [watch]
    const gate = gateOf(naming, asksForPassword)
    owed.push(gate.alias)
    return [watch, naming.alternate(gate)]
  })
  return givesLevels && !isInside && owed.length > 0
    ? { children: [...children, ...levelFlows(naming, owed)], owed: [] }
    : { children, owed }
}

const untouched = (nodes: readonly FlowNode[], scene: Scene): readonly WantedNode[] =>
  nodes.map((node, from) =>
    node.kind === 'flow'
      ? copyOfFlow(node, from, untouched(node.children, scene), scene)
      : { ...copyOfStep(node, from, scene, true) },
  )

const copyOfFlow = (node: SubFlow, from: number, children: readonly WantedNode[], { context }: Scene): WantedNode => ({
  kind: 'flow',
  alias: `${context.alias} ${node.alias}`,
  description: node.description,
  type: node.type,
  requirement: node.requirement,
  children,
  from,
})

const copyOfStep = (step: FlowStep, from: number, scene: Scene, asItIs = false): WantedStep => {
  const { naming, context, source } = scene
  const { provider, requirement, config } = step
  if (provider === stock.cookie && isEnabled(step) && !asItIs) {
    return { kind: 'step', provider: own.cookie, requirement, config: undefined, from: undefined }
  }
  if (asksPassword(provider) && isEnabled(step) && config === undefined && !asItIs) {
    return { kind: 'step', provider, requirement, config: naming.password(), from }
  }
  if (config === undefined) return { kind: 'step', provider, requirement, config: undefined, from }
  const name = `${context.alias} ${config.alias}`
  return {
    kind: 'step',
    provider,
    requirement,
    config: { name, values: inTheCopy(config.values, context.alias, source) },
    from,
  }
}

/** A setting that names a flow inside the copied one has to name its copy. */
const inTheCopy = (
  values: Readonly<Record<string, string>>,
  alias: string,
  source: Flow,
): Readonly<Record<string, string>> => {
  const named = values['flow_to_check']
  if (named === undefined || isMasked(named) || !holdsFlow(source.children, named)) return values
  return { ...values, flow_to_check: `${alias} ${named}` }
}

const holdsFlow = (nodes: readonly FlowNode[], alias: string): boolean =>
  nodes.some((node) => node.kind === 'flow' && (node.alias === alias || holdsFlow(node.children, alias)))
