import type { RealmName } from '../../domain/ids.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { createChangePolicy } from './change-policy.ts'
import { actorOf, type Person } from './person.ts'

export type WithdrawProposalDeps = { unitOfWork: UnitOfWork; clock: Clock }

/** `digest` is the version that was proposed, so that nobody takes back another one than they saw. */
export type WithdrawProposalAsk = { realm: RealmName; digest: string; person: Person }

export type Withdrawal = { outcome: 'withdrawn' } | { outcome: 'refused'; reason: 'not_proposed' }

/** Takes a proposal back, one's own or another's: it makes nothing looser. */
export const createWithdrawProposal = ({ unitOfWork, clock }: WithdrawProposalDeps) => {
  const changePolicy = createChangePolicy({ unitOfWork })

  return ({ realm, digest, person }: WithdrawProposalAsk): Promise<Withdrawal> =>
    changePolicy(async (tx): Promise<Withdrawal> => {
      const proposal = await tx.policies.findProposal(realm)
      if (proposal?.digest !== digest) return { outcome: 'refused', reason: 'not_proposed' }
      await tx.policies.withdrawProposal(realm)
      const actor = actorOf(person)
      const facts = { name: person.name, cause: 'withdrawn', proposedBy: proposal.by }
      await tx.policyHistory.append({ realm, at: clock(), event: 'proposal_withdrawn', digest, actor, facts })
      return { outcome: 'withdrawn' }
    })
}

export type WithdrawProposal = ReturnType<typeof createWithdrawProposal>
