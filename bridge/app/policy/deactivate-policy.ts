import type { RealmName } from '../../domain/ids.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { createChangePolicy } from './change-policy.ts'
import { reasonOf } from './given-reason.ts'
import { actorOf, type Person } from './person.ts'
import { voidProposal } from './void-proposal.ts'

export type DeactivatePolicyDeps = { unitOfWork: UnitOfWork; clock: Clock }

export type DeactivatePolicyAsk = { realm: RealmName; person: Person; reason: string }

export type Deactivation =
  | { outcome: 'deactivated'; digest: string }
  | { outcome: 'refused'; reason: 'nothing_active' | 'reason_missing' }

/**
 * Leaves a realm without an active policy: from the next step on every fallback is refused (R1). It needs one person
 * and a reason; the way back is an activation, which needs two.
 */
export const createDeactivatePolicy = ({ unitOfWork, clock }: DeactivatePolicyDeps) => {
  const changePolicy = createChangePolicy({ unitOfWork })

  return async ({ realm, person, reason: given }: DeactivatePolicyAsk): Promise<Deactivation> => {
    const reason = reasonOf(given)
    if (reason === undefined) return { outcome: 'refused', reason: 'reason_missing' }
    return changePolicy(async (tx): Promise<Deactivation> => {
      const at = clock()
      const active = await tx.policies.findActive(realm, at)
      if (active === undefined) return { outcome: 'refused', reason: 'nothing_active' }
      const { digest } = active
      const actor = actorOf(person)
      await tx.policies.deactivate(realm, digest, at)
      const facts = { name: person.name, reason }
      await tx.policyHistory.append({ realm, at, event: 'deactivated', digest, actor, facts })
      await voidProposal(tx, realm, { actor, at })
      return { outcome: 'deactivated', digest }
    })
  }
}

export type DeactivatePolicy = ReturnType<typeof createDeactivatePolicy>
