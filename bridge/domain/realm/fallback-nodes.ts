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
  /** Settings of a step that asks for the password; none where the method is said in a flow of its own. */
  password: () => WantedStep['config']
  gate: (withPassword: boolean) => WantedSubFlow
  alternate: (gate: WantedSubFlow) => WantedSubFlow
  passkey: (watch: WantedStep) => WantedSubFlow
  /** Stands behind everything else, for a failure in a form, and only where no second factor was given. */
  formGate: (withPassword: boolean) => WantedSubFlow
  /** Says which method was used, where a form may have taken one or the other. */
  method: (kind: 'password' | 'passkey') => WantedSubFlow
  second: (children: readonly WantedNode[]) => WantedSubFlow
  level: (kind: 'passkey' | 'standard', gates: readonly string[]) => WantedSubFlow
}

const webAuthnTypes = 'webauthn##webauthn-passwordless'
const secondFactorTypes = `otp##recovery-authn-codes##${webAuthnTypes}`

/** Names are counted, so that two parts of one kind do not meet. */
export const createNewNodes = ({ wish, alias, maxAge, pilotRole, passkeysInForm }: TransformContext): FlowNaming => {
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
  const passwordConfig = () => (passkeysInForm ? undefined : { name: nameOf('password'), values: reference('pwd') })
  const credential = (part: string, credentials: string, included: boolean): WantedStep =>
    step(stock.credential, part, { credentials, included: String(included) })
  const bridge = {
    bridgeUrl: wish.bridgeUrl,
    bridgeId: wish.bridgeId,
    bridgeKeyThumbprints: wish.thumbprints.join('##'),
    allowPlainHttp: String(wish.allowPlainHttp),
  }

  const inTheGate = (withPassword: boolean, conditions: readonly WantedStep[]): readonly WantedNode[] => [
    level('level of the fallback', wish.levels.fallback),
    step(own.condition),
    ...conditions,
    ...(pilotRole === undefined ? [] : [step(stock.role, 'pilot', { condUserRole: pilotRole, negate: 'false' })]),
    ...(withPassword ? [{ ...step(passkeysInForm ? own.password : stock.password), config: passwordConfig() }] : []),
    step(own.fallback, 'fallback', { ...bridge, ...reference('otp') }),
  ]

  return {
    watch: (provider) =>
      // In a pilot most people have nothing further on: they stay on the page where the check can be tried again.
      step(
        provider,
        'watch',
        {
          onFailure: pilotRole === undefined ? 'continue' : 'stay',
          ...(passkeysInForm && provider === own.watchPasskey ? {} : reference('hwk')),
        },
        'ALTERNATIVE',
      ),
    password: passwordConfig,
    gate: (withPassword) =>
      flow('gate', 'Opens only after a recorded failure of the passkey', 'CONDITIONAL', inTheGate(withPassword, [])),
    formGate: (withPassword) =>
      flow(
        'form gate',
        'Opens only after a recorded failure of a passkey in a form, for who gave no second factor',
        'CONDITIONAL',
        inTheGate(withPassword, [credential('no second factor', secondFactorTypes, false)]),
      ),
    method: (kind) =>
      flow(`${kind} method`, `Says that a ${kind} was used`, 'CONDITIONAL', [
        credential(`${kind} used`, kind === 'password' ? 'password' : 'webauthn-passwordless', true),
        step(stock.allow, `method of the ${kind}`, reference(kind === 'password' ? 'pwd' : 'hwk')),
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
        credential(`${kind} proof`, webAuthnTypes, kind === 'passkey'),
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
export const levelFlows = (
  naming: FlowNaming,
  gates: readonly string[],
  saysMethods: boolean,
): readonly WantedSubFlow[] => [
  ...(saysMethods ? [naming.method('password'), naming.method('passkey')] : []),
  naming.level('passkey', gates),
  naming.level('standard', gates),
]
