import { approvalFactsOf } from '../domain/approval/approval-facts.ts'
import { type FallbackCase, isWaiting, sameBinding } from '../domain/case.ts'
import type { Sha256 } from '../domain/history.ts'
import type { CaseId } from '../domain/ids.ts'
import { canonicalText } from '../domain/policy/canonical-text.ts'
import { decide } from '../domain/policy/decide.ts'
import { type Decision, type DecisionReason, termsOf } from '../domain/policy/decision.ts'
import type { Facts } from '../domain/policy/facts.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import { digestOfFacts } from './approval/approval-now.ts'
import { type AskApproval, requestEndsAt, whyNotAsk } from './approval/ask-approval.ts'
import type { ShowWait } from './approval/show-wait.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { GatherFacts } from './gather-facts.ts'
import { recordFailure } from './pattern/record-failure.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { Clock, Ids, Transaction } from './ports.ts'
import type { RecordChange, RecordOpening } from './record-change.ts'
import { showCase } from './show-case.ts'
import type { CommandOf, StepContext } from './step-command.ts'

export type BeginFallbackDeps = {
  clock: Clock
  ids: Ids
  findPolicy: FindPolicy
  findCurrentCase: FindCurrentCase
  gatherFacts: GatherFacts
  recordChange: RecordChange
  recordOpening: RecordOpening
  askApproval: AskApproval
  showWait: ShowWait
  sha256: Sha256
}

type Judged = { policy: Policy; facts: Facts; decision: Decision }

/**
 * Opens the case of this login, or shows again where it stands: a reload begins again and changes nothing. A user's
 * open case of another login is superseded, so there are never two live ones (E2).
 *
 * What risk or demands refuse is a case too, opened and denied with its whole explanation; the day's limit bounds how
 * many. Refusals before that leave no row: they are counted and logged, so that they cannot fill the database (K12).
 */
export const createBeginFallback = (deps: BeginFallbackDeps) => {
  return async (tx: Transaction, command: CommandOf<'begin'>): Promise<StepAnswer> => {
    const known = await tx.cases.findByBinding(command.binding)
    // A cancelled login may begin again; every other end of this login's case is final for this login.
    if (known !== undefined && known.state !== 'cancelled') {
      const found = await deps.findCurrentCase(tx, command)
      return 'answer' in found ? found.answer : showCase(found.terms, found.current)
    }
    const { realm, client } = command.binding
    const { policy, switchedOff } = await deps.findPolicy(tx, realm, client, deps.clock())
    if (policy === undefined) return denied('no_active_policy')
    const facts = await deps.gatherFacts(tx, command, { policy, switchedOff })
    await recordFailure(tx, command, { policy, facts })
    const decision = decide(policy, facts)
    const resumed = await resume(tx, command, { policy, facts, decision })
    if (resumed !== undefined) return resumed
    if (!leavesCase(decision)) return refuse(decision)
    if (decision.outcome === 'escalate') {
      const held = await whyNotAsk(tx, realm, command.binding.user, deps.clock())
      if (held !== undefined) return held
    }
    await supersedeOther(tx, command)
    return open(tx, command, { policy, facts, decision })
  }

  /**
   * Goes on with what people were asked, or have allowed, in a login of the same person to the same application that was
   * left: a closed window does not cost an approval, as long as nothing that was shown has changed.
   */
  async function resume(tx: Transaction, command: CommandOf<'begin'>, judged: Judged): Promise<StepAnswer | undefined> {
    const { binding } = command
    const other = await tx.cases.findOpen(binding.realm, binding.user)
    if (other === undefined || other.client !== binding.client || sameBinding(other, binding)) return undefined
    if (!(isWaiting(other.state) || other.state === 'awaiting_factor') || deps.clock() >= other.expiresAt)
      return undefined
    const request = await tx.approvals.findRequest(other.realm, other.id)
    if (request === undefined) return undefined
    const { policy, facts } = judged
    // The case that is gone on with is none beside itself.
    const account = { ...facts.account, casesInLastDay: Math.max(0, facts.account.casesInLastDay - 1) }
    const decision = decide(policy, { ...facts, account })
    const now = approvalFactsOf({ ...other, policyDigest: policy.digest }, facts, decision)
    if (digestOfFacts(deps.sha256, now) !== request.factsDigest) return undefined
    const { session, tab, execution } = binding
    await deps.recordChange(tx, other, 'resume', {
      actor: `user:${binding.user}`,
      facts: { before: deps.sha256(other.session) },
      set: { session, tab, execution, pendingAttempt: null },
    })
    const found = await deps.findCurrentCase(tx, command)
    return 'answer' in found ? found.answer : showCase(found.terms, found.current)
  }

  async function supersedeOther(tx: Transaction, { binding }: StepContext): Promise<void> {
    const other = await tx.cases.findOpen(binding.realm, binding.user)
    if (other === undefined || sameBinding(other, binding)) return
    await deps.recordChange(tx, other, 'supersede', { actor: 'system', facts: { reason: 'another_login_began' } })
  }

  async function open(tx: Transaction, command: StepContext, { policy, facts, decision }: Judged): Promise<StepAnswer> {
    const terms = termsOf(decision)
    const asksPeople = decision.outcome === 'escalate'
    const paths = terms?.paths ?? []
    const fresh: FallbackCase = {
      ...command.binding,
      id: deps.ids.case(),
      state: 'opened',
      version: 1,
      profile: decision.assessment?.profile ?? 'standard',
      policyDigest: policy.digest,
      path: undefined,
      offered: paths.map((path) => path.id),
      failureClass: command.failure?.class ?? 'other',
      attempts: 0,
      pendingAttempt: undefined,
      openedAt: facts.at,
      expiresAt:
        terms !== undefined && asksPeople
          ? requestEndsAt(terms, facts.at)
          : facts.at + (terms?.limits.challengeSeconds ?? 0) * 1000,
      grantedAt: undefined,
      endsAt: undefined,
    }
    const actor = `user:${command.binding.user}`
    const opened = await deps.recordOpening(tx, fresh, { actor, facts: openingFacts(command, facts, decision) })
    await tx.decisions.insert({
      realm: opened.realm,
      case: opened.id,
      at: facts.at,
      policyDigest: policy.digest,
      facts,
      decision,
    })
    if (terms === undefined) {
      const reason = 'reason' in decision ? decision.reason : 'no_path_available'
      await deps.recordChange(tx, opened, 'deny', { actor: 'system', facts: { reason } })
      return { kind: 'denied', case: opened.id, reason, wrongCode: false }
    }
    await scheduleExpiry(tx, opened.realm, opened.id, opened.expiresAt)
    if (asksPeople) {
      return deps.showWait(tx, terms, await deps.askApproval(tx, opened, { facts, decision, terms }))
    }
    const offered = await deps.recordChange(tx, opened, 'offer', {
      actor: 'system',
      facts: { outcome: decision.outcome, paths: paths.map((path) => path.id) },
      set: { path: paths[0]?.id },
    })
    return showCase(terms, offered)
  }

  /** The digests tie the stored facts and decision, which hold personal data, to the history, which holds none (I8). */
  function openingFacts({ failure, firstFactor, requestedAcr, sentAt }: StepContext, facts: Facts, decision: Decision) {
    return {
      ...clockDifference(facts.at, sentAt),
      failureAt: failure?.at ?? 0,
      failureCount: failure?.count ?? 0,
      failureDetail: failure?.detail ?? '',
      credentialType: failure?.credentialType ?? '',
      firstFactor: firstFactor?.kind ?? 'none',
      requestedAcr: requestedAcr ?? null,
      engine: decision.engine,
      outcome: decision.outcome,
      rule: decision.assessment?.rule ?? null,
      score: decision.assessment?.score.total ?? null,
      band: decision.assessment?.band ?? null,
      factsDigest: deps.sha256(canonicalText(facts)),
      decisionDigest: deps.sha256(canonicalText(decision)),
    }
  }
}

/** Difference of the two clocks from which on a case says it (R24). */
const tellingDifferenceMs = 2_000
/** Keycloak says when it sent a request in whole seconds, so in the middle that was half a second before. */
const halfSecondMs = 500

/**
 * How much the bridge's clock is ahead of Keycloak's, in milliseconds, where it is more than two seconds. `failureAt` and
 * `firstFactor` are of Keycloak's clock, everything else of the bridge's.
 */
const clockDifference = (at: number, sentAt: number): { clockDifferenceMs?: number } => {
  const difference = at - sentAt - halfSecondMs
  return Math.abs(difference) > tellingDifferenceMs ? { clockDifferenceMs: difference } : {}
}

const scheduleExpiry = (tx: Transaction, realm: FallbackCase['realm'], id: CaseId, at: number): Promise<void> =>
  tx.jobs.add({ kind: 'expire_case', realm, lane: `expire:${id}`, about: id, dueAt: at })

/** Refusals that a person must be able to look at afterwards, and contest. */
const recorded: readonly DecisionReason[] = [
  'policy_denies',
  'fallbacks_used_up',
  'risk_too_high',
  'nobody_may_approve',
]

const leavesCase = (decision: Decision): boolean =>
  decision.outcome === 'escalate' || !('reason' in decision) || recorded.includes(decision.reason)

const refuse = (decision: Decision): StepAnswer => {
  switch (decision.outcome) {
    case 'deny':
    case 'escalate':
      return denied(decision.reason)
    case 'deny_with_retry':
      return { ...denied(decision.reason), retryAt: decision.retryAt }
    case 'grant_alternate':
    case 'degrade':
      return denied('no_path_available')
  }
}

const denied = (reason: DecisionReason) => ({ kind: 'denied', reason, wrongCode: false }) as const

export type BeginFallback = ReturnType<typeof createBeginFallback>
