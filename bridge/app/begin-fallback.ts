import type { FallbackCase } from '../domain/case.ts'
import { sameBinding } from '../domain/case.ts'
import { type Decision, decide } from '../domain/decision.ts'
import type { CaseId, FactorHandle } from '../domain/ids.ts'
import type { Check, Policy } from '../domain/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Clock, Ids, PolicySource, Subject, Transaction } from './ports.ts'
import type { RecordChange, RecordOpening } from './record-change.ts'
import { refusalOf } from './refusal-of.ts'
import { showCase } from './show-case.ts'
import type { CommandOf, StepContext } from './step-command.ts'

export type BeginFallbackDeps = {
  clock: Clock
  ids: Ids
  policy: PolicySource
  recordChange: RecordChange
  recordOpening: RecordOpening
}

type Granted = Extract<Decision, { outcome: 'grant_alternate' }>

const dayMs = 24 * 3_600_000

/**
 * Opens the case of this login, or shows again where it stands: a reload begins again and changes nothing. A user's
 * open case of another login is superseded, so there are never two live ones (E2). Refusals before a case exists
 * leave no row: they are counted and logged, so that they cannot be used to fill the database (K12).
 */
export const createBeginFallback = (deps: BeginFallbackDeps) => {
  return async (tx: Transaction, command: CommandOf<'begin'>): Promise<StepAnswer> => {
    const policy = deps.policy()
    const known = await tx.cases.findByBinding(command.binding)
    if (known !== undefined && policy !== undefined) {
      const refusal = refusalOf(known, deps.clock())
      // A cancelled login may begin again; every other end of this login's case is final for this login.
      if (refusal === undefined) return showCase(policy, known)
      if (known.state !== 'cancelled') return refusal
    }
    const decision = decide(policy, await gatherFacts(tx, command))
    if (policy === undefined || decision.outcome !== 'grant_alternate') return refuse(decision)
    await supersedeOther(tx, command)
    return showCase(policy, await open(tx, command, policy, decision))
  }

  async function gatherFacts(tx: Transaction, command: StepContext) {
    const { realm, user } = command.binding
    const at = deps.clock()
    const subject: Subject = await tx.subjects.lock(realm, user)
    return {
      at,
      failure: command.failure,
      firstFactor: command.firstFactor,
      availableChecks: await availableChecks(tx, command),
      account: {
        lockedUntil: subject.lockedUntil,
        failuresSinceSuccess: subject.failuresSinceSuccess,
        casesInLastDay: await tx.cases.countOpenedSince(realm, user, at - dayMs),
      },
    }
  }

  async function supersedeOther(tx: Transaction, { binding }: StepContext): Promise<void> {
    const other = await tx.cases.findOpen(binding.realm, binding.user)
    if (other === undefined || sameBinding(other, binding)) return
    await deps.recordChange(tx, other, 'supersede', { actor: 'system', facts: { reason: 'another_login_began' } })
  }

  async function open(tx: Transaction, command: StepContext, policy: Policy, decision: Granted): Promise<FallbackCase> {
    const at = deps.clock()
    const { profile, paths } = decision
    const fresh: FallbackCase = {
      ...command.binding,
      id: deps.ids.case(),
      state: 'opened',
      version: 1,
      profile: profile.name,
      policyDigest: policy.digest,
      path: undefined,
      offered: paths.map((path) => path.id),
      failureClass: command.failure?.class ?? 'other',
      attempts: 0,
      pendingAttempt: undefined,
      openedAt: at,
      expiresAt: at + profile.challenge.lifetimeSeconds * 1000,
      grantedAt: undefined,
      endsAt: undefined,
    }
    const actor = `user:${command.binding.user}`
    const opened = await deps.recordOpening(tx, fresh, { actor, facts: openingFacts(command) })
    await scheduleExpiry(tx, opened.realm, opened.id, opened.expiresAt)
    return deps.recordChange(tx, opened, 'offer', {
      actor: 'system',
      facts: { outcome: decision.outcome, paths: paths.map((path) => path.id) },
      set: { path: paths[0]?.id },
    })
  }
}

const scheduleExpiry = (tx: Transaction, realm: FallbackCase['realm'], id: CaseId, at: number): Promise<void> =>
  tx.jobs.add({ kind: 'expire_case', realm, lane: `expire:${id}`, about: id, dueAt: at })

const openingFacts = (command: StepContext) => ({
  failureAt: command.failure?.at ?? 0,
  failureCount: command.failure?.count ?? 0,
  failureDetail: command.failure?.detail ?? '',
  credentialType: command.failure?.credentialType ?? '',
  firstFactor: command.firstFactor?.kind ?? 'none',
  requestedAcr: command.requestedAcr ?? null,
})

/** A TOTP of the bridge counts only if Keycloak still lists its handle and the bridge confirmed it (authentik #2330). */
const availableChecks = async (tx: Transaction, { binding, factors }: StepContext): Promise<readonly Check[]> => {
  const handles = factors.flatMap((factor): FactorHandle[] => (factor.type === 'bridge-totp' ? [factor.handle] : []))
  const confirmed = await tx.factors.findConfirmed(binding.realm, binding.user, handles)
  const local: Check[] = factors.some((factor) => factor.type === 'keycloak-otp') ? ['keycloak-otp'] : []
  return confirmed.length > 0 ? ['bridge-totp', ...local] : local
}

const refuse = (decision: Decision): StepAnswer => {
  switch (decision.outcome) {
    case 'deny':
      return { kind: 'denied', reason: decision.reason, wrongCode: false }
    case 'deny_with_retry':
      return { kind: 'denied', reason: decision.reason, wrongCode: false, retryAt: decision.retryAt }
    case 'grant_alternate':
      return { kind: 'denied', reason: 'no_active_policy', wrongCode: false }
  }
}

export type BeginFallback = ReturnType<typeof createBeginFallback>
