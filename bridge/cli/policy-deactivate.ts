import type { DeactivatePolicy } from '../app/policy/deactivate-policy.ts'
import { reasonOf } from '../app/policy/given-reason.ts'
import type { UnitOfWork } from '../app/ports.ts'
import { type ActAsPerson, nothingToPrepare } from './act-as-person.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'

export type PolicyDeactivateDeps = {
  actAsPerson: ActAsPerson
  deactivatePolicy: (unitOfWork: UnitOfWork) => DeactivatePolicy
}

/** `policy deactivate --realm r --reason …`: from the next step on every fallback of the realm is refused. */
export const createPolicyDeactivate =
  ({ actAsPerson, deactivatePolicy }: PolicyDeactivateDeps) =>
  async ({ realm, reason }: { realm: string; reason: string }): Promise<CommandAnswer> => {
    if (reasonOf(reason) === undefined) return reasonFault
    return actAsPerson(realm, nothingToPrepare, async (unitOfWork, of, person) => {
      const answer = await deactivatePolicy(unitOfWork)({ realm: of, person, reason })
      if (answer.outcome === 'deactivated') {
        const { digest } = answer
        return done(
          `No policy is active in ${of} any more: every fallback is refused from the next step on.\nThe way back is an activation by two people: fallback-bridge policy activate ${digest.slice(0, 12)} --realm ${of}`,
          { outcome: 'deactivated', realm: of, digest },
        )
      }
      return answer.reason === 'reason_missing'
        ? reasonFault
        : faulty('refused', 'nothing_active', `No policy is active in ${of}.`, 'Nothing needs to be done.')
    })
  }

/** What is said where a reason is missing or too short. */
export const reasonFault: CommandAnswer = faulty(
  'usage',
  'reason_missing',
  'A reason of 10 to 500 characters is needed.',
  'Give it with --reason "…".',
)
