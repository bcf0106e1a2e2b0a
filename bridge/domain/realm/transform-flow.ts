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
import { proveFlow } from './prove-flow.ts'
import type { Refusal } from './refusal.ts'
import { asksPassword, isCondition, isSecondFactor, own, stock, watchedFormOf, watchOf } from './step-providers.ts'
import { asFlowNodes, type WantedFlow, type WantedNode, type WantedStep } from './wanted-flow.ts'

/** The flow that comes out, what was put under watch, and what people should know; or why it cannot be done. */
export type Transformed =
  | { flow: WantedFlow; watched: readonly string[]; notes: readonly string[] }
  | { refusals: readonly Refusal[] }

/**
 * Works out the copy of a flow: each WebAuthn step of an identified person becomes its watch step, the fallback stands
 * behind it, levels are given after it by what was really proved, and the cookie step is the one that knows the end of
 * a fallback session. A form that takes passkeys becomes its watched form, with the fallback behind all that follows it. Everything else stays as it is, its settings too.
 */
export const transformFlow = (source: Flow, context: TransformContext): Transformed => {
  const checked = checkFlow(source, context.wish, context.passkeysInForm)
  if ('refusals' in checked) return checked
  const { alias, description, passkeysInForm } = context
  const copied = (formGateAsks: boolean): readonly WantedNode[] => {
    const scene: Scene = { plan: checked, naming: createNewNodes(context), context, source, formGateAsks }
    return copyChildren(source.alias, source.children, scene).children
  }
  const children = copied(false)
  const ways = proveFlow({ alias, children: asFlowNodes(children), passkeysInForm }, context.wish.levels.fallback)
  const isPasswordOwed = checked.forms.size > 0 && ways.some(({ code }) => code === 'without_password')
  return {
    flow: { source: source.alias, alias, description, children: isPasswordOwed ? copied(true) : children },
    watched: checked.watched.map(({ place }) => place),
    notes: checked.notes,
  }
}

type Scene = {
  plan: WatchPlan
  naming: FlowNaming
  context: TransformContext
  source: Flow
  /** Whether the gate behind a form has to ask for the password itself. */
  formGateAsks: boolean
}

/**
 * Copies the children of a flow. `owed` are gates whose levels are still to be given by a flow further up: the outermost
 * flow that goes on in order gives them, when everything that is proved in it is known.
 */
const copyChildren = (
  place: string,
  nodes: readonly FlowNode[],
  scene: Scene,
  isInside = false,
): { children: readonly WantedNode[]; owed: readonly string[]; owesFormGate: boolean } => {
  const { plan, naming, context } = scene
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
  const alternateAt = asAlternatives && last !== -1 ? behindOwnFactors(nodes, last) : undefined
  const owed: string[] = []
  let owesFormGate = false
  const children = nodes.flatMap((node, from): readonly WantedNode[] => {
    if (node.kind === 'flow') {
      const below = isEnabled(node)
        ? copyChildren(`${place} > ${node.alias}`, node.children, scene, isInside || givesLevels)
        : { children: untouched(node.children, scene), owed: [], owesFormGate: false }
      owed.push(...below.owed)
      owesFormGate ||= below.owesFormGate
      return [copyOfFlow(node, from, below.children, scene)]
    }
    const form = plan.forms.has(node) ? watchedFormOf[node.provider] : undefined
    if (form !== undefined) {
      owesFormGate = true
      return [{ kind: 'step', provider: form, requirement: node.requirement, config: undefined, from: undefined }]
    }
    const asksForPassword = (step: FlowStep): boolean => plan.steps.get(step) === 'without_password'
    const watch = isWatched(node) ? naming.watch(watchOf[node.provider] ?? own.watchTwoFactor) : undefined
    if (watch !== undefined && isWatched(node) && !asAlternatives) {
      const gate = gateOf(naming, asksForPassword(node))
      owed.push(gate.alias)
      return [requiredWrap(naming, watch, gate)]
    }
    const copy = watch ?? copyOfStep(node, from, scene)
    const watched = nodes[last]
    if (from !== alternateAt || watched?.kind !== 'step') return [copy]
    const gate = gateOf(naming, asksForPassword(watched))
    owed.push(gate.alias)
    return [copy, naming.alternate(gate)]
  })
  if (!givesLevels || isInside || (owed.length === 0 && !owesFormGate)) return { children, owed, owesFormGate }
  const formGates = owesFormGate ? [naming.formGate(scene.formGateAsks)] : []
  const gates = [...owed, ...formGates.map(({ alias }) => alias)]
  return {
    children: [...children, ...formGates, ...levelFlows(naming, gates, context.passkeysInForm)],
    owed: [],
    owesFormGate: false,
  }
}

/** Who has a second factor of Keycloak's own is asked for that first, as before; the fallback is for who has none. */
const behindOwnFactors = (nodes: readonly FlowNode[], watched: number): number => {
  const next = nodes.findIndex((node, at) => at > watched && isEnabled(node))
  const isOwnFactor = nodes[next]?.kind === 'step' && isSecondFactor(nodes[next].provider)
  return isOwnFactor ? behindOwnFactors(nodes, next) : watched
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
