import { type ActivatePolicyAsk, longestLooseningMs, refused, type SettledActivation } from './activation.ts'
import { createChangePolicy } from './change-policy.ts'
import { type CheckVersionDeps, createCheckVersion } from './check-version.ts'
import { reasonOf } from './given-reason.ts'
import { type Comparison, createJudgeActivation, type JudgeActivationDeps } from './judge-activation.ts'
import { actorOf } from './person.ts'
import type { Proposal } from './policy-ports.ts'
import { createJudgeSecondPerson, type SecondPersonDeps } from './second-person.ts'
import { type JudgedSecond, settleActivation } from './settle-activation.ts'

export type ActivatePolicyDeps<Compared extends Comparison> = CheckVersionDeps &
  JudgeActivationDeps<Compared> &
  SecondPersonDeps

/** `comparison` is absent where the call was refused before it, or nothing readable is in force. */
export type Activation<Compared extends Comparison> = SettledActivation & { comparison?: Compared | undefined }

/**
 * Makes a version a realm's active policy, if it can be read, has no problems and passes its own tests (R27). A change
 * that loosens, and any where nothing is in force, needs a reason or an end (R6) and a second person: the first call
 * proposes it, the same call by somebody else activates it, for whom Keycloak tells that they are another person. Any other
 * change is active at once.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createActivatePolicy = <Compared extends Comparison>(deps: ActivatePolicyDeps<Compared>) => {
  const { unitOfWork, clock } = deps
  const checkVersion = createCheckVersion(deps)
  const judgeActivation = createJudgeActivation(deps)
  const judgeSecondPerson = createJudgeSecondPerson(deps)
  const changePolicy = createChangePolicy({ unitOfWork })

  return async (given: ActivatePolicyAsk): Promise<Activation<Compared>> => {
    const { realm, digest, expiresAt } = given
    const reason = reasonOf(given.reason)
    if (given.reason !== undefined && reason === undefined) return refused({ reason: 'reason_missing' })
    if (expiresAt !== undefined && !isPossibleEnd(expiresAt, clock())) return refused({ reason: 'expiry_invalid' })
    const { version, active, proposal } = await unitOfWork(async (tx) => ({
      version: await tx.policies.findVersion(realm, digest),
      active: await tx.policies.findActive(realm, clock()),
      proposal: await tx.policies.findProposal(realm),
    }))
    if (version === undefined) return refused({ reason: 'not_found' })
    if (active?.digest === digest) return refused({ reason: 'already_active' })
    const checked = checkVersion(version)
    if ('reason' in checked) return refused(checked)
    const { isLoosening, comparison } = await judgeActivation(realm, checked.policy, active)
    const ask = { ...given, reason }
    const second = await judgedSecond(ask, proposal)
    const settled = await changePolicy((tx) => settleActivation(tx, ask, { active, isLoosening, second }, clock()))
    return { ...settled, comparison }
  }

  /** Outside of the change's transaction, since it takes time; there it is seen whether it is about the same proposal. */
  async function judgedSecond(
    { realm, digest, person }: ActivatePolicyAsk,
    proposal: Proposal | undefined,
  ): Promise<JudgedSecond | undefined> {
    if (proposal?.digest !== digest || proposal.by === actorOf(person)) return undefined
    return { proposedBy: proposal.by, is: await judgeSecondPerson(realm, proposal, person) }
  }
}

const isPossibleEnd = (end: number, now: number): boolean =>
  Number.isSafeInteger(end) && end > now && end - now <= longestLooseningMs

export type ActivatePolicy<Compared extends Comparison> = ReturnType<typeof createActivatePolicy<Compared>>
