import { describeChange } from './describe-plan.ts'
import type { Flow } from './flow-tree.ts'
import { enabledSteps } from './flow-tree.ts'
import { planRealm } from './plan-realm.ts'
import { proveFlow, type WayAround } from './prove-flow.ts'
import type { RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'
import type { Refusal } from './refusal.ts'
import { own } from './step-providers.ts'

/** What a realm is held against its wish by. Empty lists mean: it is as it shall be, and cannot be walked around. */
export type Verification = {
  /** What would have to be changed, in words. */
  drift: readonly string[]
  /** Ways on which the fallback is worth more than it may be, in every bound flow that has it. */
  ways: readonly WayAround[]
  refusals: readonly Refusal[]
  /** What is left as it is and should be known. */
  notes: readonly string[]
  /** Bound flows with the fallback that were walked through. */
  proved: readonly string[]
}

/** Compares the realm with what is wished, and walks through every bound flow that has the fallback in it. */
export const verifyRealm = (state: RealmState, wish: RealmWish): Verification => {
  const plan = planRealm(state, wish)
  const bound = boundFlows(state).filter(({ alias, children }) =>
    enabledSteps(alias, children).some(({ node }) => node.provider === own.fallback),
  )
  const ways = bound.flatMap((flow) =>
    proveFlow({ ...flow, passkeysInForm: state.passkeysInForm }, wish.levels.fallback),
  )
  const proved = bound.map(({ alias }) => alias)
  if ('refusals' in plan) return { drift: [], ways, refusals: plan.refusals, notes: [], proved }
  return {
    drift: [...plan.changes, ...plan.cleanUp].map(describeChange),
    ways,
    refusals: [],
    notes: plan.notes,
    proved,
  }
}

/** Whether nothing is left to do or to say. */
export const isAsWished = ({ drift, ways, refusals }: Verification): boolean =>
  drift.length + ways.length + refusals.length === 0

const boundFlows = (state: RealmState): readonly Flow[] => {
  const aliases = new Set([state.browserFlow, ...state.clients.flatMap(({ ownFlow }) => ownFlow ?? [])])
  return state.flows.filter(({ alias }) => aliases.has(alias))
}
