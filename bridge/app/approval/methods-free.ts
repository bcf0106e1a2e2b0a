import type { Instant } from '../../domain/ids.ts'
import type { VerificationMethod } from '../../domain/policy/ceilings.ts'
import type { Terms } from '../../domain/policy/decision.ts'
import { askOf } from '../../domain/policy/limits-for.ts'
import type { Approval } from '../people-ports.ts'
import { isInForce } from './check-approvals.ts'

/**
 * How the next approver may make sure who asks: as the policy takes it and, where everybody needs a way of their own, by none
 * that a yes in force was given by (S01). A yes stays in force here though its giver may not approve any more: doubt means no.
 */
export const methodsFree = (
  terms: Terms,
  approvals: readonly Approval[],
  at: Instant,
): readonly VerificationMethod[] => {
  const used = approvals.filter((one) => isInForce(one, at)).map(({ method }) => method)
  return askOf(terms).methods.filter((method) => terms.distinctMethods !== true || !used.includes(method))
}
