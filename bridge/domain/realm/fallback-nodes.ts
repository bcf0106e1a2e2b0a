import type { RealmWish } from './realm-wish.ts'
import { own, stock } from './step-providers.ts'
import type { WantedNode, WantedStep, WantedSubFlow } from './wanted-flow.ts'

/** What the new parts of a copy depend on. */
export type TransformContext = {
  wish: RealmWish
  alias: string
  description: string
  /** Seconds for which levels and methods are remembered. */
  maxAge: string
  passkeysInForm: boolean
  /** Role that the pilot's members have; undefined for everybody. */
  pilotRole: string | undefined
}

/** Makes the new parts of one copy; each gets a name that no other part of it has. */
export type FlowNaming = {
  watch: (provider: string) => WantedStep
  password: () => { name: string; values: Readonly<Record<string, string>> }
  gate: (withPassword: boolean) => WantedSubFlow
  alternate: (gate: WantedSubFlow) => WantedSubFlow
  passkey: (watch: WantedStep) => WantedSubFlow
  second: (children: readonly WantedNode[]) => WantedSubFlow
  level: (kind: 'passkey' | 'standard', gates: readonly string[]) => WantedSubFlow
}

const webAuthnTypes = 'webauthn##webauthn-passwordless'

/** Names are counted, so that two parts of one kind do not meet. */
export const createNewNodes = ({ wish, alias, maxAge, pilotRole }: TransformContext): FlowNaming => {
  const counts = new Map<string, number>()
  const nameOf = (part: string): string => {
    const count = (counts.get(part) ?? 0) + 1
    counts.set(part, count)
    return `${alias} ${part}${count === 1 ? '' : ` ${count}`}`
  }
  const step = (
    provider: string,
    part?: string,
    values: Readonly<Record<string, string>> = {},
    requirement: WantedStep['requirement'] = 'REQUIRED',
  ): WantedStep => ({
    kind: 'step',
    provider,
    requirement,
    config: part === undefined ? undefined : { name: nameOf(part), values },
    from: undefined,
  })
  const flow = (
    part: string,
    description: string,
    requirement: WantedSubFlow['requirement'],
    children: readonly WantedNode[],
  ): WantedSubFlow => ({
    kind: 'flow',
    alias: nameOf(part),
    description,
    type: 'basic-flow',
    requirement,
    children,
    from: undefined,
  })
  const reference = (value: string) => ({ 'default.reference.value': value, 'default.reference.maxAge': maxAge })
  const level = (part: string, number: number): WantedStep =>
    step(stock.level, part, { 'loa-condition-level': String(number), 'loa-max-age': maxAge })
  const passwordConfig = () => ({ name: nameOf('password'), values: reference('pwd') })
  const bridge = {
    bridgeUrl: wish.bridgeUrl,
    bridgeId: wish.bridgeId,
    bridgeKeyThumbprints: wish.thumbprints.join('##'),
    allowPlainHttp: String(wish.allowPlainHttp),
  }

  return {
    watch: (provider) =>
      // In a pilot most people have nothing further on: they stay on the page where the check can be tried again.
      step(
        provider,
        'watch',
        { onFailure: pilotRole === undefined ? 'continue' : 'stay', ...reference('hwk') },
        'ALTERNATIVE',
      ),
    password: passwordConfig,
    gate: (withPassword) =>
      flow('gate', 'Opens only after a recorded failure of the passkey', 'CONDITIONAL', [
        level('level of the fallback', wish.levels.fallback),
        step(own.condition),
        ...(pilotRole === undefined ? [] : [step(stock.role, 'pilot', { condUserRole: pilotRole, negate: 'false' })]),
        ...(withPassword ? [{ ...step(stock.password), config: passwordConfig() }] : []),
        step(own.fallback, 'fallback', { ...bridge, ...reference('otp') }),
      ]),
    alternate: (gate) => flow('alternate', 'Holds the gate', 'ALTERNATIVE', [gate]),
    passkey: (watch) =>
      flow('passkey', 'Holds the watched passkey', 'ALTERNATIVE', [{ ...watch, requirement: 'REQUIRED' }]),
    second: (children) =>
      flow('passkey or fallback', 'The passkey, or what stands in after a failure', 'REQUIRED', children),
    level: (kind, gates) =>
      flow(`${kind} level`, levelWords[kind], 'CONDITIONAL', [
        level(`level of the ${kind}`, wish.levels[kind]),
        ...gates.map((gate) =>
          step(stock.subFlow, `${kind} without fallback`, { flow_to_check: gate, check_result: 'not-executed' }),
        ),
        step(stock.credential, `${kind} proof`, { credentials: webAuthnTypes, included: String(kind === 'passkey') }),
        step(stock.allow),
      ]),
  }
}

const levelWords = {
  passkey: 'Gives the level of a passkey to who used one',
  standard: 'Gives the usual level to who came in neither by a passkey nor by the fallback',
} as const

/** The conditional flow with the fallback in it. */
export const gateOf = (naming: FlowNaming, withPassword: boolean): WantedSubFlow => naming.gate(withPassword)

/** In place of a required step: the step, still required of who goes that way, or the fallback. */
export const requiredWrap = (naming: FlowNaming, watch: WantedStep, gate: WantedSubFlow): WantedSubFlow =>
  naming.second([naming.passkey(watch), naming.alternate(gate)])

/** Given after the fact, by what was proved; a login through one of the gates gets neither. */
export const levelFlows = (naming: FlowNaming, gates: readonly string[]): readonly WantedSubFlow[] => [
  naming.level('passkey', gates),
  naming.level('standard', gates),
]
