import type { LoginState } from './login-state.ts'
import { type SimulatedFlow, simulateFlow } from './simulate-flow.ts'
import { own } from './step-providers.ts'

/** What is wrong with a way through a flow: a stable code, and the step at which it shows. */
export type WayAround = { code: WayAroundCode; at: string }

export const wayAroundTexts = {
  without_failure: 'The fallback can be reached without a watch step that failed before it.',
  without_user: 'The fallback can be reached before anybody is identified.',
  without_password: 'The fallback can be reached without a password.',
  level_too_high: 'A login by the fallback can end at a higher level than the fallback’s.',
} as const
export type WayAroundCode = keyof typeof wayAroundTexts

/**
 * Walks through a flow with every outcome of every step and gives each way on which the fallback is worth more than it
 * may be; empty is the proof that there is none. `highest` is the fallback's own level.
 */
export const proveFlow = (flow: SimulatedFlow, highest: number): readonly WayAround[] => {
  const { visits, complete } = simulateFlow(flow)
  const reached = visits.filter(({ step }) => step.provider === own.fallback)
  const ways = reached.flatMap(({ place, states }) =>
    (Object.keys(entryRules) as (keyof typeof entryRules)[])
      .filter((code) => states.some((state) => !entryRules[code](state)))
      .map((code): WayAround => ({ code, at: place })),
  )
  const isTooHigh = complete.some(({ fallback, level }) => fallback && level > highest)
  return isTooHigh ? [...ways, { code: 'level_too_high', at: flow.alias }] : ways
}

const entryRules: Readonly<Record<Exclude<WayAroundCode, 'level_too_high'>, (state: LoginState) => boolean>> = {
  without_failure: ({ failed }) => failed,
  without_user: ({ user }) => user,
  without_password: ({ password }) => password,
}
