import { failurePlacesOf } from '../../domain/pattern/dimension.ts'
import { timeBandOf } from '../../domain/pattern/time-band.ts'
import { isMember } from '../../domain/policy/authority.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Transaction } from '../ports.ts'
import type { StepContext } from '../step-command.ts'

/** Failures of one person that are counted in a day: far above any threshold, and what bounds the table (K12). */
export const countedInDay = 100

/**
 * Counts the failure of a login (R5, R53), whatever is decided about it: once, however often the page is opened. Whoever
 * has a suitability plan is not counted: for them it is no failure (R47). Nor is a decoy, whose failures are made up (S07).
 */
export const recordFailure = async (
  tx: Transaction,
  { binding, failure, agent, authenticators }: StepContext,
  { policy, facts }: { policy: Policy; facts: Facts },
): Promise<void> => {
  if (failure === undefined) return
  const uncounted = [...policy.suitabilityGroups, ...(policy.decoys === undefined ? [] : [policy.decoys.group])]
  if (uncounted.some((group) => isMember(facts.groups ?? [], group))) return
  const { realm, user, session } = binding
  const zones = facts.zones ?? []
  await tx.failures.record(
    {
      realm,
      user,
      session,
      failedAt: failure.at,
      seenAt: facts.at,
      class: failure.class,
      places: failurePlacesOf({ agent, authenticators, zones }, timeBandOf(facts.at, policy.hours.timeZone)),
    },
    countedInDay,
  )
}
