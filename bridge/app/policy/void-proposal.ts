import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Transaction } from '../ports.ts'

/** Takes back the realm's proposal because it was overtaken, and writes that down; nothing where there is none. */
export const voidProposal = async (
  tx: Transaction,
  realm: RealmName,
  { actor, at }: { actor: string; at: Instant },
): Promise<void> => {
  const proposal = await tx.policies.findProposal(realm)
  if (proposal === undefined) return
  await tx.policies.withdrawProposal(realm)
  const { digest, by } = proposal
  const facts = { cause: 'outdated', proposedBy: by }
  await tx.policyHistory.append({ realm, at, event: 'proposal_withdrawn', digest, actor, facts })
}
