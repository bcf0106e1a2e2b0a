/** What a flow asks of a step or of a flow inside it. */
export type Requirement = 'REQUIRED' | 'ALTERNATIVE' | 'CONDITIONAL' | 'DISABLED'

/** Settings of a step. Keycloak masks what it does not know to be harmless; see {@link isMasked}. */
export type StepConfig = { alias: string; values: Readonly<Record<string, string>> }

/** One step of a flow. */
export type FlowStep = { kind: 'step'; provider: string; requirement: Requirement; config: StepConfig | undefined }

/** A flow inside a flow. `type` is Keycloak's: `basic-flow`, `form-flow` or one of somebody else. */
export type SubFlow = {
  kind: 'flow'
  alias: string
  description: string
  type: string
  requirement: Requirement
  children: readonly FlowNode[]
}

export type FlowNode = FlowStep | SubFlow

/** A top-level flow, its children in the order in which Keycloak runs them. */
export type Flow = {
  id: string
  alias: string
  description: string
  builtIn: boolean
  children: readonly FlowNode[]
}

/** The kind of flow whose meaning is known here. */
export const plainFlowType = 'basic-flow'

/** Whether Keycloak hides this value of a setting from who reads it. */
export const isMasked = (value: string): boolean => value === '**********'

export const isEnabled = ({ requirement }: { requirement: Requirement }): boolean => requirement !== 'DISABLED'

/** A flow's place for people: the aliases on the way to it, then the step. */
export const placeOf = (flows: readonly string[], step?: string): string =>
  [...flows, ...(step === undefined ? [] : [step])].join(' > ')

/** A step or flow with the aliases of the flows around it. */
export type Placed<Node extends FlowNode = FlowNode> = { node: Node; within: readonly string[] }

/** All steps that are switched on, in order, with the flows around them; a flow switched off is not looked into. */
export const enabledSteps = (alias: string, children: readonly FlowNode[]): readonly Placed<FlowStep>[] =>
  enabledNodes([alias], children).flatMap(({ node, within }) => (node.kind === 'step' ? [{ node, within }] : []))

/** The same for steps and flows. */
export const enabledNodes = (within: readonly string[], children: readonly FlowNode[]): readonly Placed[] =>
  children
    .filter(isEnabled)
    .flatMap((node) => [
      { node, within },
      ...(node.kind === 'flow' ? enabledNodes([...within, node.alias], node.children) : []),
    ])
