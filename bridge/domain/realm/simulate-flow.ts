import { type Flow, type FlowNode, type FlowStep, isEnabled, placeOf, type SubFlow } from './flow-tree.ts'
import { atTheStart, changed, joined, type LoginState, type LoginStates, statesOf, those } from './login-state.ts'
import {
  asksPassword,
  isCondition,
  isNoCondition,
  isPasskeyForm,
  isWatch,
  isWatchedForm,
  isWebAuthn,
  own,
  stock,
} from './step-providers.ts'

/** In which states a step can be reached. */
export type Visit = { step: FlowStep; place: string; states: readonly LoginState[] }

/** All that can happen in a flow. */
export type Simulation = {
  /** Each step that some login reaches. */
  visits: readonly Visit[]
  /** States in which a login can be complete. */
  complete: readonly LoginState[]
}

type Outcome = { success: LoginStates; going: LoginStates }
/** A flow to walk through, and whether its forms take passkeys. */
export type SimulatedFlow = Pick<Flow, 'alias' | 'children'> & {
  passkeysInForm: boolean
  /** Whether a step that did not succeed may have found out who it is: yes, unless the usual way is asked for. */
  onlyUsualWays?: boolean
}

type Scene = {
  flow: SimulatedFlow
  passkeysInForm: boolean
  visits: Map<FlowStep, { place: string; states: LoginStates }>
}

const nothing: LoginStates = new Map()

/**
 * Walks a flow with every outcome of every step, by Keycloak's rules: what is required or conditional runs in order,
 * else the alternatives in any order and as often as somebody likes, because "try another way" lets people choose. What a
 * step of unknown kind does is taken as anything at all. So it tells more than can happen, and never less.
 */
export const simulateFlow = (flow: SimulatedFlow): Simulation => {
  const scene: Scene = { flow, passkeysInForm: flow.passkeysInForm, visits: new Map() }
  const { success } = runFlow(scene, [flow.alias], flow.children, statesOf([atTheStart]))
  return {
    visits: [...scene.visits].map(([step, { place, states }]) => ({ step, place, states: [...states.values()] })),
    complete: [...success.values()],
  }
}

const runFlow = (scene: Scene, within: readonly string[], nodes: readonly FlowNode[], from: LoginStates): Outcome => {
  const steps = nodes.filter((node) => isEnabled(node) && !(node.kind === 'step' && isCondition(node.provider)))
  const inOrder = steps.filter(({ requirement }) => requirement !== 'ALTERNATIVE')
  if (inOrder.length === 0) return runAlternatives(scene, within, steps, from)
  const ordered = runInOrder(scene, within, inOrder, from)
  if (!inOrder.every(mayBeCondition)) return ordered
  // Were all of them conditions of somebody else, Keycloak would run the alternatives beside them.
  const others = runAlternatives(
    scene,
    within,
    steps.filter((node) => !inOrder.includes(node)),
    from,
  )
  return { success: joined(ordered.success, others.success), going: joined(ordered.going, others.going) }
}

/** Third parties' steps may be conditions too; which ones are, Keycloak does not tell. */
const mayBeCondition = (node: FlowNode): boolean => node.kind === 'step' && !isNoCondition(node.provider)

/** All must succeed; a conditional flow that does not apply is not there, and a flow of nothing does not succeed. */
const runInOrder = (
  scene: Scene,
  within: readonly string[],
  nodes: readonly FlowNode[],
  from: LoginStates,
): Outcome => {
  let untouched = from
  let ran = nothing
  let going = nothing
  for (const node of nodes) {
    const before = joined(untouched, ran)
    if (node.kind === 'flow' && node.requirement === 'CONDITIONAL') {
      const matched = matching(scene, node, before)
      const outcome = runFlow(scene, [...within, node.alias], node.children, matched.applies)
      const skip = (states: LoginStates): LoginStates => new Map([...states].filter(([key]) => matched.skips.has(key)))
      untouched = skip(untouched)
      ran = joined(skip(ran), awarded(node, outcome.success))
      going = joined(going, outcome.going)
    } else {
      const outcome = run(scene, within, node, before)
      untouched = nothing
      ran = outcome.success
      going = joined(going, outcome.going)
    }
  }
  return { success: ran, going: joined(going, untouched) }
}

const runAlternatives = (
  scene: Scene,
  within: readonly string[],
  nodes: readonly FlowNode[],
  from: LoginStates,
): Outcome => {
  let success = nothing
  let going = from
  for (let known = -1; known < success.size + going.size; ) {
    known = success.size + going.size
    for (const node of nodes) {
      const outcome = run(scene, within, node, going)
      success = joined(success, outcome.success)
      going = joined(going, outcome.going)
    }
  }
  return { success, going }
}

const run = (scene: Scene, within: readonly string[], node: FlowNode, from: LoginStates): Outcome => {
  if (from.size === 0) return { success: nothing, going: nothing }
  if (node.kind === 'step') return runStep(scene, within, node, from)
  const outcome = runFlow(scene, [...within, node.alias], node.children, from)
  return { success: awarded(node, outcome.success), going: joined(from, outcome.going) }
}

/** A flow that succeeded gives the level that a condition in it names. */
const awarded = ({ children }: SubFlow, success: LoginStates): LoginStates => {
  const level = children.flatMap((node) =>
    node.kind === 'step' && isEnabled(node) && node.provider === stock.level ? [levelOf(node)] : [],
  )[0]
  return level === undefined ? success : changed(success, (state) => ({ ...state, level }))
}

/** A level that cannot be read is taken as the highest of all. */
const levelOf = ({ config }: FlowStep): number => {
  const level = Number(config?.values['loa-condition-level'])
  return Number.isInteger(level) ? level : Number.MAX_SAFE_INTEGER
}

const runStep = (scene: Scene, within: readonly string[], step: FlowStep, from: LoginStates): Outcome => {
  const seen = scene.visits.get(step)
  const place = placeOf(within, step.provider)
  scene.visits.set(step, { place, states: seen === undefined ? from : joined(seen.states, from) })
  const known = (states: LoginStates): LoginStates => changed(states, (state) => ({ ...state, user: true }))
  const going = scene.flow.onlyUsualWays === true ? from : joined(from, known(from))
  const { provider } = step
  if (provider === stock.deny) return { success: nothing, going: from }
  if (provider === own.fallback) {
    return { success: changed(from, (state) => ({ ...state, fallback: true })), going: from }
  }
  if (isWebAuthn(provider) || isWatch(provider)) {
    const isTwoFactor = provider === stock.twoFactor || provider === own.watchTwoFactor
    const passed = changed(from, (state) => ({ ...state, user: true, [isTwoFactor ? 'twoFactor' : 'passkey']: true }))
    const failures = isWatch(provider)
      ? changed(
          those(from, ({ user }) => user),
          (state) => ({ ...state, failed: true }),
        )
      : nothing
    // Who has no passkey is led to register one where the step is required, and goes on without the check.
    const withoutOne = step.requirement === 'REQUIRED' ? those(from, ({ user }) => user) : nothing
    return { success: joined(passed, withoutOne), going: joined(from, failures) }
  }
  if (isPasskeyForm(provider) || isWatchedForm(provider) || provider === own.password) {
    const password = asksPassword(provider)
    const typed = changed(from, (state) => ({ ...state, user: true, password: state.password || password }))
    if (!scene.passkeysInForm || provider === own.password) return { success: typed, going }
    const byPasskey = changed(from, (state) => ({ ...state, user: true, passkey: true }))
    if (!isWatchedForm(provider)) return { success: joined(typed, byPasskey), going }
    const failing = (states: LoginStates): LoginStates => changed(states, (state) => ({ ...state, failed: true }))
    const failedHere = failing(those(from, ({ user }) => user))
    return { success: joined(typed, failing(typed), byPasskey), going: joined(going, failedHere) }
  }
  // Anything else may find out who it is, or not.
  return { success: joined(from, known(from)), going }
}

/** The states in which a conditional flow runs, and those in which it does not. */
const matching = (scene: Scene, flow: SubFlow, from: LoginStates): { applies: LoginStates; skips: LoginStates } => {
  const conditions = flow.children.filter(
    (node): node is FlowStep => node.kind === 'step' && isEnabled(node) && isCondition(node.provider),
  )
  if (conditions.length === 0) {
    // A condition of somebody else may be among the steps.
    return { applies: from, skips: from }
  }
  const withoutFallback = excludesFallback(scene, conditions)
    ? { applies: those(from, ({ fallback }) => !fallback), skips: those(from, ({ fallback }) => fallback) }
    : { applies: from, skips: nothing }
  const judged = conditions.reduce(({ applies, skips }, condition) => {
    const answer = answerOf(condition)
    return {
      applies: those(applies, (state) => answer(state) !== false),
      skips: joined(
        skips,
        those(applies, (state) => answer(state) !== true),
      ),
    }
  }, withoutFallback)
  const isUncertain = flow.children.some((node) => isEnabled(node) && mayBeCondition(node) && !isKnownCondition(node))
  return isUncertain ? { applies: judged.applies, skips: from } : judged
}

const isKnownCondition = (node: FlowNode): boolean => node.kind === 'step' && isCondition(node.provider)

type Answer = (state: LoginState) => boolean | undefined

const answerOf = ({ provider, config }: FlowStep): Answer => {
  if (provider === own.condition) return ({ failed }) => (failed ? undefined : false)
  if (provider === stock.credential) {
    const types = (config?.values['credentials'] ?? '').split('##')
    const isIncluded = config?.values['included'] === 'true'
    const areAllKnown = types.every((type) => type === 'webauthn' || type === 'webauthn-passwordless')
    return ({ twoFactor, passkey }) => {
      const isUsed = (twoFactor && types.includes('webauthn')) || (passkey && types.includes('webauthn-passwordless'))
      return isUsed || areAllKnown ? isUsed === isIncluded : undefined
    }
  }
  return () => undefined
}

/** Whether these conditions together hold only where no fallback was: they name every flow with a fallback step in it. */
const excludesFallback = ({ flow }: Scene, conditions: readonly FlowStep[]): boolean => {
  const named = conditions
    .filter(({ provider, config }) => provider === stock.subFlow && config?.values['check_result'] === 'not-executed')
    .map(({ config }) => config?.values['flow_to_check'])
  const isOutside = (nodes: readonly FlowNode[]): boolean =>
    nodes
      .filter(isEnabled)
      .some((node) =>
        node.kind === 'step' ? node.provider === own.fallback : !named.includes(node.alias) && isOutside(node.children),
      )
  return named.length > 0 && !isOutside(flow.children)
}
