import type { UserId } from '../../domain/ids.ts'
import type { People, PersonFacts } from '../people-ports.ts'
import type { UnitOfWork } from '../ports.ts'
import type { StepCommand } from '../step-command.ts'

/**
 * Asks Keycloak about everybody on whom a grant depends, before the transaction that may give it: the subject, who
 * approved, who reviewed the evidence (C07, E4, E6). Undefined where people were not asked about this case, or no factor is
 * being proved. No transaction is open while Keycloak answers.
 * @throws BridgeError keycloak_unreachable, keycloak_refused: then nobody is let in
 */
export const createLookUpPeople =
  ({ unitOfWork, people }: { unitOfWork: UnitOfWork; people: People }) =>
  async (command: StepCommand): Promise<ReadonlyMap<UserId, PersonFacts> | undefined> => {
    if (command.action !== 'submit' && command.action !== 'report') return undefined
    const { realm } = command.binding
    const ids = await unitOfWork(async (tx): Promise<readonly UserId[] | undefined> => {
      const current = await tx.cases.findByBinding(command.binding)
      if (current?.state !== 'awaiting_factor') return undefined
      if ((await tx.approvals.findRequest(realm, current.id)) === undefined) return undefined
      const approvals = await tx.approvals.ofCase(realm, current.id)
      const review = await tx.evidence.findReview(realm, current.id)
      return [current.user, ...approvals.map(({ id }) => id), ...(review === undefined ? [] : [review.id])]
    })
    return ids === undefined ? undefined : people.find(realm, [...new Set(ids)])
  }

export type LookUpPeople = ReturnType<typeof createLookUpPeople>
