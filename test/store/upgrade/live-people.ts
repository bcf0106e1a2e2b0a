import type { Approval } from '../../../bridge/app/people-ports.ts'
import type { SecretBox, Transaction, UnitOfWork } from '../../../bridge/app/ports.ts'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { type ApprovalId, asId, type CaseId, type UserId } from '../../../bridge/domain/ids.ts'
import { at, demo } from '../both-engines/fixtures.ts'

const lead: UserId = asId('user-lead')
const desk: UserId = asId('user-desk')
const signedIn = { acr: 'passkey', authTime: at - 60_000, token: 'token-1' }
const later = at + 120_000

/** What people did on a case, one thing of each kind, through the stores. */
export const livePeople = async (unitOfWork: UnitOfWork, about: CaseId, secretBox: SecretBox): Promise<void> => {
  const sealed = (text: string) => secretBox.seal(text, ['written', 'for', 'tests'])
  await unitOfWork(async (tx) => {
    await tx.approvals.ask({
      realm: demo,
      case: about,
      facts: { case: about, score: { total: 42, factors: ['new_device'] } },
      factsDigest: sha256('facts'),
      match: '042',
      askedAt: at,
    })
    await tx.approvals.countWrongMatch(demo, about)
    await tx.bypasses.markLooked(demo, at)
    await tx.bypasses.claim(demo, 'credential_removed of somebody by somebody', at)
    await approve(tx, about)
    await tx.approvals.markCleared(demo, about, later)
    await tx.ratifications.insert(demo, about, '/approvers', at + 3_600_000)
    await tx.ratifications.settle(demo, about, { state: 'ratified', by: lead, at: later })
    for (const [part, id] of [
      ['approver', lead],
      ['recorder', desk],
    ] as const) {
      await tx.participants.add(demo, about, { part, id, identity: `employee-of-${id}`, name: id, at })
    }
    await giveEvidence(tx, about, sealed('seen in person'))
    await tx.reviews.open({
      realm: demo,
      id: asId('review-1'),
      case: about,
      reason: 'verbal',
      openedAt: at,
      dueAt: later,
    })
    await tx.reviews.open({
      realm: demo,
      id: asId('review-2'),
      case: about,
      reason: 'sampled',
      openedAt: at,
      dueAt: later,
    })
    const finding = { cause: 'sensor', confidence: 'high', action: 'replace the reader', actionOwner: 'lead' } as const
    await tx.reviews.finish(demo, asId('review-2'), {
      ...finding,
      actionDue: later,
      note: '',
      by: lead,
      byName: 'lead',
      at: later,
    })
    await tx.disputes.addWord(demo, about, sha256('word'), later)
    await tx.disputes.insert(demo, about, asId('user-ada'), at)
    await tx.disputes.freeze(demo, asId('user-ada'), 'bridge-totp', at)
    await tx.disputes.declare({
      realm: demo,
      case: about,
      occurredAt: at - 1,
      recordedAt: at,
      account: sealed('what was done'),
    })
    const notice = {
      realm: demo,
      case: about,
      kind: 'subject_used',
      to: { users: [asId<UserId>('user-ada')] },
      facts: {},
      at,
    } as const
    for (const [id, word] of [
      ['notice-1', sealed('word')],
      ['notice-2', undefined],
    ] as const) {
      await tx.notices.insert({ ...notice, id, channel: 'mail', word, dedupe: id })
    }
    await tx.notices.mark(demo, 'notice-2', 'sent', later)
  })
}

const approve = async (tx: Transaction, about: CaseId): Promise<void> => {
  const decision: Omit<Approval, 'approval' | 'id' | 'name' | 'identity' | 'state' | 'recordedBy' | 'confirmBy'> = {
    realm: demo,
    case: about,
    verdict: 'approve',
    method: 'in_person',
    seen: { place: 'Gate 3', document: 'staff_badge' },
    reason: 'I know her and saw her',
    factsDigest: sha256('facts'),
    ...signedIn,
    at,
  }
  const own = { state: 'counted', recordedBy: undefined, confirmBy: undefined } as const
  const spoken = { state: 'pending', recordedBy: desk, confirmBy: later } as const
  await tx.approvals.insert({
    ...decision,
    ...own,
    approval: asId('approval-1'),
    id: lead,
    name: 'lead',
    identity: 'e-1',
  })
  const other = {
    approval: asId<ApprovalId>('approval-2'),
    id: asId<UserId>('user-chief'),
    name: 'chief',
    identity: 'e-2',
  }
  await tx.approvals.insert({ ...decision, ...spoken, ...other })
}

const giveEvidence = async (tx: Transaction, about: CaseId, content: ReturnType<SecretBox['seal']>): Promise<void> => {
  const by = { by: desk, byName: 'desk', at }
  const item = { id: asId<never>('evidence-1'), item: 'who_asked', kind: 'text', isLate: false } as const
  await tx.evidence.insert(demo, about, {
    ...item,
    ...by,
    sha256: sha256('seen'),
    size: 14,
    mediaType: 'text/plain',
    content,
  })
  await tx.evidence.noteOpening(demo, item.id, lead, at)
  await tx.evidence.insertReview({
    ...{
      realm: demo,
      case: about,
      id: asId('user-reviewer'),
      name: 'reviewer',
      identity: undefined,
      verdict: 'accept',
    },
    ...{ evidenceDigest: sha256('all'), reason: 'complete and plausible', ...signedIn, at: later },
  })
}
