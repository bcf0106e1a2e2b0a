import type { Approval, ApprovalRequest, Participant } from '../../../bridge/app/people-ports.ts'
import type { FallbackCase } from '../../../bridge/domain/case.ts'
import { asId, type CaseId, type ReviewId, type UserId } from '../../../bridge/domain/ids.ts'
import type { ReviewReason } from '../../../bridge/domain/review/review.ts'
import type { OpenStore } from '../../support/each-engine.ts'
import { at, demo, freshCase, once } from './fixtures.ts'

const digest = 'd'.repeat(64)

/** A case on which people were asked; give what differs. */
export const askedCase = async (
  store: OpenStore,
  name: string,
  differs: Partial<FallbackCase> = {},
): Promise<CaseId> => {
  const about = { id: asId<CaseId>(`fb-${name}`), user: asId<UserId>(`user-${name}`), session: `session-${name}` }
  const fresh = freshCase({ ...about, ...differs })
  const request: Omit<ApprovalRequest, 'clearedAt' | 'voidedAt'> = {
    realm: demo,
    case: fresh.id,
    facts: { user: fresh.user },
    factsDigest: digest,
    match: '042',
    askedAt: at,
  }
  await once(store, async (tx) => {
    await tx.cases.insert(fresh)
    await tx.approvals.ask(request)
  })
  return fresh.id
}

/** A decision of Ann's own; give what differs. */
export const freshApproval = (id: CaseId, differs: Partial<Approval> = {}): Approval => ({
  realm: demo,
  approval: asId(`approval-of-${id}`),
  case: id,
  id: asId('ann'),
  name: 'ann',
  identity: undefined,
  verdict: 'approve',
  state: 'counted',
  method: 'in_person',
  seen: { place: 'Gate 3', document: 'staff_badge' },
  reason: 'called back on the number',
  factsDigest: digest,
  acr: '2',
  authTime: at,
  token: 'token-1',
  at,
  recordedBy: undefined,
  confirmBy: undefined,
  ...differs,
})

/** One that Dan wrote down. */
export const spokenApproval = (id: CaseId, differs: Partial<Approval> = {}): Approval =>
  freshApproval(id, { state: 'pending', recordedBy: asId('dan'), confirmBy: at + 60_000, ...differs })

export const participant = (differs: Partial<Participant> = {}): Participant => ({
  part: 'approver',
  id: asId('ann'),
  name: 'ann',
  identity: undefined,
  at,
  ...differs,
})

export const freshReview = (of: CaseId, id: string, reason: ReviewReason, dueAt = at + 1) => ({
  realm: demo,
  id: asId<ReviewId>(id),
  case: of,
  reason,
  openedAt: at,
  dueAt,
})

export const found = {
  cause: 'sensor',
  confidence: 'high',
  action: 'dry the sensor',
  actionOwner: 'ada',
  actionDue: at + 5,
  note: '',
  by: asId<UserId>('rob'),
  byName: 'rob',
  at: at + 2,
} as const
