import type { FallbackCase } from '../../domain/case.ts'
import { type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Clock, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'

/** Wrong numbers of one request; then somebody is guessing, and the person has to ask anew with another number. */
export const wrongMatchesAllowed = 5

/** Counts a wrong number on the request, whoever gave it, and voids the request with the last one allowed (C09). */
export const refuseWrongMatch = async (
  tx: Transaction,
  current: FallbackCase,
  { clock, recordChange }: { clock: Clock; recordChange: RecordChange },
): Promise<OperationRefusal> => {
  const { realm, id } = current
  if ((await tx.approvals.countWrongMatch(realm, id)) >= wrongMatchesAllowed) {
    await tx.approvals.markVoid(realm, id, clock())
    await recordChange(tx, current, 'void', { actor: 'system', facts: { reason: 'number_guessed' } })
  }
  return refuse('match_wrong')
}
