import {
  enabledNodes,
  type Flow,
  type FlowNode,
  type FlowStep,
  isEnabled,
  isMasked,
  placeOf,
  plainFlowType,
} from './flow-tree.ts'
import type { RealmWish } from './realm-wish.ts'
import type { Refusal, RefusalCode } from './refusal.ts'
import { simulateFlow } from './simulate-flow.ts'
import { asksPassword, isCondition, isOwn, isPasskeyForm, isScript, isWebAuthn, stock } from './step-providers.ts'

/** Which steps are to be watched, and whether a password was asked for before each. */
export type WatchPlan = {
  steps: ReadonlyMap<FlowStep, 'after_password' | 'without_password'>
  /** Forms that take passkeys, and are to be watched too. */
  forms: ReadonlySet<FlowStep>
  watched: readonly { step: FlowStep; place: string }[]
  notes: readonly string[]
}

/** Longest alias of a copy: Keycloak keeps 255 characters, and the parts of the copy need some of them. */
const longestPart = 200

/** Looks whether a flow is understood, and finds the steps to watch. Everything that stands in the way is told at once. */
export const checkFlow = (
  flow: Flow,
  wish: RealmWish,
  passkeysInForm: boolean,
): WatchPlan | { refusals: readonly Refusal[] } => {
  const refusals: Refusal[] = []
  const notes: string[] = []
  const refuse = (code: RefusalCode, at: string): void => {
    refusals.push({ code, at })
  }
  const nodes = enabledNodes([flow.alias], flow.children)
  for (const { node, within } of nodes) {
    if (node.kind === 'flow') {
      if (node.type !== plainFlowType && holdsWebAuthn(node.children))
        refuse('unknown_flow_type', placeOf(within, node.alias))
      if (flow.alias.length + node.alias.length > longestPart) refuse('name_too_long', placeOf(within, node.alias))
      continue
    }
    const at = placeOf(within, node.provider)
    if (isScript(node.provider)) refuse('script_step', at)
    if (isOwn(node.provider)) refuse('fallback_by_hand', at)
    if (node.provider === stock.level) refuse('own_levels', at)
  }
  if (refusals.length > 0) return { refusals }

  const inUse = wish.enableWebAuthn ? switchedOn(flow) : flow
  const find = (running: Flow, isWanted: (provider: string) => boolean): readonly Found[] =>
    stepsAndPlaces(isWanted, running.children, flow.children, [flow.alias])
  const wanted = find(inUse, isWebAuthn)
  const forms = passkeysInForm ? find(inUse, isPasskeyForm) : []
  const [off] = find(switchedOn(flow), isWebAuthn)
  if (wanted.length === 0 && off !== undefined && forms.length > 0) {
    notes.push(`${off.place} is switched off and stays so; --enable-webauthn would switch it on.`)
  }
  if (wanted.length + forms.length === 0) {
    return {
      refusals: [
        off === undefined ? refusalAt('no_webauthn_step', flow.alias) : refusalAt('webauthn_disabled', off.place),
      ],
    }
  }
  const { visits } = simulateFlow({ ...inUse, passkeysInForm, onlyUsualWays: true })
  const steps = new Map<FlowStep, 'after_password' | 'without_password'>()
  const watched: { step: FlowStep; place: string }[] = []
  const skipped: Refusal[] = []
  for (const { step, inUse: running, place, siblings } of wanted) {
    const states = visits.find((visit) => visit.step === running)?.states
    if (states === undefined) {
      skipped.push(refusalAt('webauthn_unreachable', place))
    } else if (!states.some(({ user }) => user)) {
      skipped.push(refusalAt('user_unknown', place))
      notes.push(`${place} stays as it is: nobody is identified before it, so that its failure belongs to nobody.`)
    } else {
      if (isRequiredUnderUserCondition(step, siblings)) refuse('required_beside', place)
      if (hasHiddenSetting(step)) refuse('masked_setting', place)
      steps.set(
        step,
        states.filter(({ user }) => user).every(({ password }) => password) ? 'after_password' : 'without_password',
      )
      watched.push({ step, place })
    }
  }
  if (steps.size + forms.length === 0) return { refusals: [...refusals, ...skipped] }
  for (const { step, place } of forms) {
    if (hasHiddenSetting(step)) refuse('masked_setting', place)
    watched.push({ step, place })
  }
  const asksNowhere = !nodes.some(({ node }) => node.kind === 'step' && asksPassword(node.provider))
  if (asksNowhere && !wish.addPasswordForm) refuse('no_password_step', flow.alias)
  const [first] = watched
  if (
    !givesOrder(
      inUse.children,
      [...wanted.filter(({ step }) => steps.has(step)), ...forms].map((one) => one.inUse),
    ) &&
    first !== undefined
  ) {
    refuse('no_place_for_levels', first.place)
  }
  notes.push(
    ...skipped.filter(({ code }) => code === 'webauthn_unreachable').map(({ at }) => `${at} is never run by Keycloak.`),
  )
  return refusals.length > 0 ? { refusals } : { steps, forms: new Set(forms.map(({ step }) => step)), watched, notes }
}

/** Settings that a copy would lose; what says which methods a step stands for is given anew. */
const hasHiddenSetting = ({ config }: FlowStep): boolean =>
  Object.entries(config?.values ?? {}).some(([key, value]) => isMasked(value) && !key.startsWith('default.reference.'))

const refusalAt = (code: RefusalCode, at: string): Refusal => ({ code, at })

const holdsWebAuthn = (nodes: readonly FlowNode[]): boolean =>
  nodes.some((node) => (node.kind === 'step' ? isWebAuthn(node.provider) : holdsWebAuthn(node.children)))

/** The flow with its WebAuthn steps switched on, as alternatives. */
const switchedOn = (flow: Flow): Flow => {
  const on = (nodes: readonly FlowNode[]): readonly FlowNode[] =>
    nodes.map((node) => {
      if (node.kind === 'flow') return { ...node, children: on(node.children) }
      return isWebAuthn(node.provider) && !isEnabled(node) ? { ...node, requirement: 'ALTERNATIVE' } : node
    })
  return { ...flow, children: on(flow.children) }
}

type Found = { step: FlowStep; inUse: FlowStep; place: string; siblings: readonly FlowNode[] }

/** Wanted steps that are on in the first tree, each with itself in the second, which has the same form. */
const stepsAndPlaces = (
  isWanted: (provider: string) => boolean,
  nodes: readonly FlowNode[],
  originals: readonly FlowNode[],
  within: readonly string[],
): readonly Found[] =>
  nodes.flatMap((node, at): readonly Found[] => {
    const original = originals[at]
    if (!isEnabled(node) || original === undefined) return []
    if (node.kind === 'flow') {
      return original.kind === 'flow'
        ? stepsAndPlaces(isWanted, node.children, original.children, [...within, node.alias])
        : []
    }
    if (!isWanted(node.provider) || original.kind !== 'step') return []
    return [{ step: original, inUse: node, place: placeOf(within, node.provider), siblings: nodes }]
  })

/** "User configured" looks at the steps beside it: where others are required too, an alternative would be lost. */
const isRequiredUnderUserCondition = (step: FlowStep, siblings: readonly FlowNode[]): boolean => {
  const on = siblings.filter(isEnabled)
  const isUnder = on.some((node) => node.kind === 'step' && node.provider === stock.userConfigured)
  const required = on.filter(
    (node) => node.requirement !== 'ALTERNATIVE' && !(node.kind === 'step' && isCondition(node.provider)),
  )
  return isUnder && step.requirement === 'REQUIRED' && required.length > 1
}

/** Whether around every one of these steps there is a flow that goes on in order, in which levels can be given. */
const givesOrder = (nodes: readonly FlowNode[], steps: readonly FlowStep[]): boolean => {
  const on = nodes.filter(isEnabled)
  const inOrder = on.some(
    (node) => node.requirement !== 'ALTERNATIVE' && !(node.kind === 'step' && isCondition(node.provider)),
  )
  const underUser = on.some((node) => node.kind === 'step' && node.provider === stock.userConfigured)
  if (inOrder && !underUser) return true
  if (on.some((node) => node.kind === 'step' && steps.includes(node))) return false
  return on.every((node) => node.kind === 'step' || !holds(node.children, steps) || givesOrder(node.children, steps))
}

const holds = (nodes: readonly FlowNode[], steps: readonly FlowStep[]): boolean =>
  nodes.some((node) => (node.kind === 'step' ? steps.includes(node) : holds(node.children, steps)))
