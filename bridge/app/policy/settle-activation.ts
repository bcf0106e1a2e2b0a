import type { Instant } from '../../domain/ids.ts'
import type { Transaction } from '../ports.ts'
import { type ActivatePolicyAsk, lastingDigest, proposalLifeMs, refused, type SettledActivation } from './activation.ts'
import { actorOf } from './person.ts'
import type { ActivePolicy, Proposal } from './policy-ports.ts'
import type { SecondPerson } from './second-person.ts'
import { voidProposal } from './void-proposal.ts'
import { writeActivation } from './write-activation.ts'

/** What whoever confirms is to who proposed. */
export type JudgedSecond = { proposedBy: string; is: SecondPerson }

/** What was in force when the version was judged, and the judgement; `second` where somebody else had proposed it. */
export type JudgedAgainst = {
  active: ActivePolicy | undefined
  isLoosening: boolean
  second: JudgedSecond | undefined
}

/** Writes down what becomes of a version that was checked and judged: active, proposed, or neither. */
export const settleActivation = async (
  tx: Transaction,
  ask: ActivatePolicyAsk,
  judged: JudgedAgainst,
  at: Instant,
): Promise<SettledActivation> => {
  const { realm, digest, person } = ask
  const actor = actorOf(person)
  const active = await tx.policies.findActive(realm, at)
  if (!isSame(active, judged.active)) return refused({ reason: 'changed_meanwhile' })
  const found = await tx.policies.findProposal(realm)
  const proposal = found?.digest === digest ? found : undefined
  if (proposal !== undefined && isOutdated(proposal, active, at)) {
    await voidProposal(tx, realm, { actor, at })
    return refused({ reason: 'proposal_outdated' })
  }
  // What was judged a loosening when it was proposed stays one, whatever logins were recorded since.
  if (!judged.isLoosening && proposal === undefined) {
    return ask.expiresAt === undefined
      ? activate(tx, ask, { active, proposal, at })
      : refused({ reason: 'expiry_only_for_loosening' })
  }
  if (proposal === undefined || hasOtherEnd(ask, proposal)) return propose(tx, ask, active, at)
  if (proposal.by === actor) return refused({ reason: 'same_person' })
  if (judged.second?.proposedBy !== proposal.by) return refused({ reason: 'changed_meanwhile' })
  if (judged.second.is !== 'another') return refused({ reason: secondRefusals[judged.second.is] })
  return activate(tx, ask, { active, proposal, at })
}

const secondRefusals = { same: 'same_person', unknown: 'second_person_doubtful' } as const

const isSame = (a: ActivePolicy | undefined, b: ActivePolicy | undefined): boolean =>
  a?.digest === b?.digest && a?.expiresAt === b?.expiresAt && a?.fallsBackTo === b?.fallsBackTo

const isOutdated = ({ at, against, expiresAt }: Proposal, active: ActivePolicy | undefined, now: Instant): boolean =>
  now - at >= proposalLifeMs || against !== active?.digest || (expiresAt !== undefined && expiresAt <= now)

/** Another end is another loosening, which the first person has not seen. */
const hasOtherEnd = (ask: ActivatePolicyAsk, proposal: Proposal): boolean =>
  ask.expiresAt !== undefined && ask.expiresAt !== proposal.expiresAt

const propose = async (
  tx: Transaction,
  { realm, digest, person, reason, expiresAt }: ActivatePolicyAsk,
  active: ActivePolicy | undefined,
  at: Instant,
): Promise<SettledActivation> => {
  if (reason === undefined && expiresAt === undefined) return refused({ reason: 'reason_missing' })
  if (expiresAt !== undefined && lastingDigest(active) === digest) return refused({ reason: 'expiry_invalid' })
  const actor = actorOf(person)
  await voidProposal(tx, realm, { actor, at })
  const against = active?.digest
  const proposal = { realm, digest, by: actor, byName: person.name, at, reason, expiresAt, against }
  await tx.policies.propose(proposal)
  const facts = {
    name: person.name,
    reason: reason ?? null,
    expiresAt: expiresAt ?? null,
    against: against ?? null,
  }
  await tx.policyHistory.append({ realm, at, event: 'proposed', digest, actor, facts })
  return { outcome: 'proposed', proposal }
}

const activate = async (
  tx: Transaction,
  { realm, digest, person, reason }: ActivatePolicyAsk,
  { active: before, proposal, at }: { active: ActivePolicy | undefined; proposal: Proposal | undefined; at: Instant },
): Promise<SettledActivation> => {
  const actor = actorOf(person)
  const expiresAt = proposal?.expiresAt
  const fallsBackTo = expiresAt === undefined ? undefined : lastingDigest(before)
  const active: ActivePolicy = { digest, since: at, expiresAt, fallsBackTo }
  const isLoosening = proposal !== undefined
  const facts = {
    name: person.name,
    isLoosening,
    proposedBy: proposal?.by ?? null,
    proposedByName: proposal?.byName ?? null,
    reason: proposal === undefined ? (reason ?? null) : (proposal.reason ?? null),
    confirmedBecause: proposal === undefined ? null : (reason ?? null),
  }
  if (proposal === undefined) await voidProposal(tx, realm, { actor, at })
  else await tx.policies.withdrawProposal(realm)
  await writeActivation(tx, { realm, active, before: before?.digest, actor, facts })
  return { outcome: 'activated', active, isLoosening }
}
