import { type FallbackCase, isWaiting } from '../domain/case.ts'
import type { DenialReason } from '../domain/denial.ts'
import { BridgeError } from '../domain/errors.ts'
import type { Decision, Terms } from '../domain/policy/decision.ts'
import { termsOf } from '../domain/policy/decision.ts'
import type { Facts } from '../domain/policy/facts.ts'
import { isInForce } from '../domain/policy/offer-paths.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { FactsNow } from './approval/approval-now.ts'
import { areApprovalsGood } from './approval/check-approvals.ts'
import type { ShowWait } from './approval/show-wait.ts'
import type { ApprovalRequest } from './people-ports.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { DeriveFacts } from './policy/policy-ports.ts'
import type { Clock, Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import { refusalOf } from './refusal-of.ts'
import type { StepCommand } from './step-command.ts'

/** The case on which a factor may be proved now, with the terms it was opened under, or what to answer instead. */
export type CurrentCase = { current: FallbackCase; terms: Terms } | { answer: StepAnswer }

export type FindCurrentCaseDeps = {
  clock: Clock
  findPolicy: FindPolicy
  deriveFacts: DeriveFacts
  factsNow: FactsNow
  showWait: ShowWait
  recordChange: RecordChange
}

/**
 * Finds the case of exactly this login and looks again at everything that let it open: the failure, the first factor,
 * the account's lock, the off switch, the policy, the path's review date, the level the application requires, the network
 * it is in (R30), and whether what people approved is still so, by people who still may approve it (C06, C07, E6). Notes
 * and earlier answers are never trusted (B04). The numbers are those of the decision that opened the case.
 */
export const createFindCurrentCase = (deps: FindCurrentCaseDeps) => {
  return async (tx: Transaction, command: StepCommand): Promise<CurrentCase> => {
    const current = await tx.cases.findByBinding(command.binding)
    if (current === undefined) return { answer: await answerWithoutCase(tx, command) }
    const stored = await tx.decisions.find(current.realm, current.id)
    const request = await tx.approvals.findRequest(current.realm, current.id)
    const refusal = refusalOf(current, { decision: stored?.decision, request }, deps.clock())
    if (refusal !== undefined) return { answer: refusal }
    const terms = stored === undefined ? undefined : termsOf(stored.decision)
    if (stored === undefined || terms === undefined) return { answer: deny(current, 'not_found') }
    const opened = { current, terms, decision: stored.decision, openedWith: stored.facts, request }
    const closed = await whyClosed(tx, command, opened)
    if (closed !== undefined) return { answer: closed }
    if (isWaiting(current.state)) return { answer: await deps.showWait(tx, terms, current) }
    return { current, terms }
  }

  /** Another tab or a newer login may have finished the case, or gone on with it. */
  async function answerWithoutCase(tx: Transaction, { binding }: StepCommand): Promise<StepAnswer> {
    const { realm, user, session, client } = binding
    const elsewhere =
      (await tx.cases.findNewestOfSession(realm, user, session)) ?? (await tx.cases.findOpen(realm, user))
    if (elsewhere === undefined || elsewhere.client !== client) return denyUnknown('not_found')
    const request = await tx.approvals.findRequest(realm, elsewhere.id)
    if (request === undefined) return denyUnknown('not_found')
    return denyUnknown(elsewhere.grantedAt === undefined ? 'superseded' : 'already_used')
  }

  async function whyClosed(tx: Transaction, command: StepCommand, opened: Opened): Promise<StepAnswer | undefined> {
    const { current, terms, openedWith } = opened
    const at = deps.clock()
    const { realm, user, client } = command.binding
    const { policy, switchedOff } = await deps.findPolicy(tx, realm, client, at)
    if (policy === undefined) return deny(current, 'no_active_policy')
    if (switchedOff !== undefined) return deny(current, 'switched_off')
    if (command.failure === undefined) return deny(current, 'failure_missing')
    if (command.firstFactor === undefined) return deny(current, 'first_factor_missing')
    if (opened.request !== undefined) {
      const voided = await whyVoid(tx, command, { ...opened, request: opened.request, policy })
      if (voided !== undefined) return voided
    }
    if (!isSameNetwork(policy, openedWith, command.ip)) return deny(current, 'context_mismatch')
    const subject = await tx.subjects.lock(realm, user)
    if (subject.failuresSinceSuccess >= terms.limits.failuresUntilRebind) return deny(current, 'rebind_required')
    if (subject.lockedUntil !== undefined && subject.lockedUntil > at) {
      return { ...deny(current, 'user_locked'), retryAt: subject.lockedUntil }
    }
    const path = policy.paths.find(({ id }) => id === current.path)
    if (path === undefined || !isInForce(path, at)) return deny(current, 'no_path_available')
    const level = terms.paths.find(({ id }) => id === current.path)?.level ?? 0
    return level < command.requiredLevel ? deny(current, 'level_out_of_reach') : undefined
  }

  /**
   * Voids the request where what people were shown is not so any more, or, when a factor is about to be proved, where
   * they or the subject are not what they were. Nobody is let in on an approval that nobody could check.
   */
  async function whyVoid(tx: Transaction, command: StepCommand, about: Asked): Promise<StepAnswer | undefined> {
    const { current, policy, openedWith, request } = about
    const provesFactor =
      current.state === 'awaiting_factor' && (command.action === 'submit' || command.action === 'report')
    const people = provesFactor ? command.people : undefined
    if (provesFactor && people === undefined) throw new BridgeError('case_conflict')
    const subject = people?.get(current.user)
    const isSame =
      deps.factsNow(current, openedWith, command, { policy, subject }) === request.factsDigest &&
      (people === undefined || subject?.enabled === true)
    const isGood = isSame && (people === undefined || (await areStillApproved(tx, about, people)))
    if (isGood) return undefined
    const reason = isSame ? 'approver_may_not_any_more' : 'facts_changed'
    await tx.approvals.markVoid(current.realm, current.id, deps.clock())
    await deps.recordChange(tx, current, 'void', { actor: 'system', facts: { reason } })
    return deny(current, 'approval_void')
  }

  async function areStillApproved(
    tx: Transaction,
    { current, terms, decision, openedWith, policy }: Asked,
    people: NonNullable<StepCommand['people']>,
  ): Promise<boolean> {
    const approvals = await tx.approvals.ofCase(current.realm, current.id)
    const review = await tx.evidence.findReview(current.realm, current.id)
    const matter = { policy, current, decision, facts: openedWith }
    return areApprovalsGood(terms, { approvals, review }, people, matter, deps.clock())
  }

  /** In the same zones of the policy in force, whatever they were called when the case was opened. */
  function isSameNetwork(policy: Policy, openedWith: Facts, ip: string): boolean {
    const then = deps.deriveFacts(policy, openedWith).zones
    const now = deps.deriveFacts(policy, { ...openedWith, ip }).zones
    return JSON.stringify(then) === JSON.stringify(now)
  }
}

type Opened = {
  current: FallbackCase
  terms: Terms
  decision: Decision
  openedWith: Facts
  request: ApprovalRequest | undefined
}
type Asked = Opened & { request: ApprovalRequest; policy: Policy }

const deny = (current: FallbackCase, reason: DenialReason) =>
  ({ kind: 'denied', case: current.id, reason, wrongCode: false }) as const

const denyUnknown = (reason: DenialReason) => ({ kind: 'denied', reason, wrongCode: false }) as const

export type FindCurrentCase = ReturnType<typeof createFindCurrentCase>
