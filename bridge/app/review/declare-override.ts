import { whyNotApart } from '../../domain/approval/separation.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, Instant, RealmName, UserId } from '../../domain/ids.ts'
import { mayAct } from '../../domain/policy/authority.ts'
import { tierOf } from '../../domain/policy/read-facts.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import { type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor, People } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock, Ids, SecretBox, UnitOfWork } from '../ports.ts'
import type { RecordOpening } from '../record-change.ts'
import type { CallReview } from './call-review.ts'
import { outsideCase, outsideProfile } from './outside-case.ts'

/** A bypass that happened outside: whose, in which application, when, what was done, and who is said to have allowed it. */
export type DeclareOverrideAsk = {
  user: UserId
  client: string
  occurredAt: Instant
  what: string
  approvedBy: string | undefined
  reason: string
}

export type DeclareOverrideDeps = {
  unitOfWork: UnitOfWork
  people: People
  findPolicy: FindPolicy
  clock: Clock
  ids: Pick<Ids, 'case'>
  sha256: Sha256
  secretBox: SecretBox
  recordOpening: RecordOpening
  callReview: CallReview
  wakeJobs: () => void
}

const oldestMs = 90 * 86_400_000

/** Where what was told of an override is kept; the associated data of its encryption (D01). */
export const overridePlace = (realm: RealmName, id: CaseId): readonly string[] => ['override', realm, id]

/**
 * Writes down an override that happened outside of the product (R12). When it happened and when it was written down are
 * two times, and the second is the bridge's own clock: nothing is back-dated. It is looked at, from this moment on, by
 * somebody else than whoever declared it.
 */
export const createDeclareOverride =
  (deps: DeclareOverrideDeps) =>
  async (actor: Actor, ask: DeclareOverrideAsk): Promise<{ outcome: 'done'; case: CaseId } | OperationRefusal> => {
    const { realm } = actor
    const at = deps.clock()
    const found = await deps.people.find(realm, [actor.person.id, ask.user])
    const person = found.get(actor.person.id)
    const subject = found.get(ask.user)
    if (!isActingAccount(person)) return refuse('account_unfit')
    const result = await deps.unitOfWork(async (tx): Promise<{ outcome: 'done'; case: CaseId } | OperationRefusal> => {
      const { policy } = await deps.findPolicy(tx, realm, ask.client, at)
      if (policy === undefined) return refuse('no_active_policy')
      const tier = tierOf(policy, subject === undefined ? {} : { roles: subject.roles, groups: subject.groups })
      const kind = { act: 'declare', profile: outsideProfile, tier } as const
      const about = { ...kind, subjectGroups: subject?.groups, subjectManager: subject?.manager }
      if (!mayAct(policy, person, about)) return refuse('act_not_allowed')
      const reason = reasonOf(ask.reason)
      const what = reasonOf(ask.what)
      if (reason === undefined || what === undefined) return refuse('reason_malformed')
      if (subject === undefined) return refuse('subject_unknown')
      const apart = whyNotApart(person, 'opener', [{ ...subject, part: 'subject' }])
      if (apart !== undefined) return refuse('kept_apart', [apart])
      if (!Number.isSafeInteger(ask.occurredAt) || ask.occurredAt > at || ask.occurredAt < at - oldestMs) {
        return refuse('time_malformed')
      }
      const fresh = outsideCase({
        realm,
        id: deps.ids.case(),
        user: ask.user,
        client: ask.client,
        at,
        policyDigest: policy.digest,
      })
      await tx.subjects.lock(realm, ask.user)
      const account = JSON.stringify({ what, reason, approvedBy: ask.approvedBy ?? null })
      const { id, name, identity } = person
      await deps.recordOpening(
        tx,
        fresh,
        {
          actor: `user:${id}`,
          facts: { occurredAt: ask.occurredAt, recordedAt: at, accountDigest: deps.sha256(account) },
        },
        'declare',
      )
      await tx.disputes.declare({
        realm,
        case: fresh.id,
        occurredAt: ask.occurredAt,
        recordedAt: at,
        account: deps.secretBox.seal(account, overridePlace(realm, fresh.id)),
      })
      await tx.participants.add(realm, fresh.id, { part: 'opener', id, name, identity, at })
      await deps.callReview(tx, fresh, 'declared')
      return { outcome: 'done', case: fresh.id }
    })
    deps.wakeJobs()
    return result
  }

export type DeclareOverride = ReturnType<typeof createDeclareOverride>
