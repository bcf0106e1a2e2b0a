import { decisionRecordText } from '../approval/decision-record.ts'
import { canonicalJson } from '../canonical-json.ts'
import type { HistoryEntry, Sha256 } from '../history.ts'
import type { Instant } from '../ids.ts'
import type { CaseExport, ExportedApproval } from './case-export.ts'
import { entriesBy, entryOf, type Finding, factOf, incomplete, isNear, placeOf, tampered, unlike } from './finding.ts'
import { grantedTermsOf } from './granted-terms.ts'

/** Checks what people were asked, what they decided, and what was ratified, against the entries of those acts (S05). */
export const checkApprovals = (sha256: Sha256, told: CaseExport): readonly Finding[] => {
  const acts: ActsOfApprovals = {
    decided: entriesBy(told.history, decisions, 'approval'),
    confirmed: entriesBy(told.history, ['confirm'], 'approval'),
    refused: entriesBy(told.history, ['unratify'], 'approval'),
  }
  const ids = new Set<unknown>(told.approvals.map(({ approval }) => approval))
  return [
    ...checkRequest(sha256, told),
    ...told.approvals.flatMap((one, index) => checkApproval(sha256, told, acts, one, `approvals[${index}]`)),
    ...told.history
      .filter((entry) => isDecision(entry) && !ids.has(entry.facts['approval']))
      .map((entry) => tampered('not_in_export', placeOf(entry))),
    ...checkRatification(told),
  ]
}

/** Entries by the id of the approval they speak of. */
type ActsOfApprovals = Record<'decided' | 'confirmed' | 'refused', ReadonlyMap<unknown, HistoryEntry>>

const checkRequest = (sha256: Sha256, { request, history, case: about, realm }: CaseExport): readonly Finding[] => {
  const asked = entryOf(history, ['ask_approval'], {})
  if (request === null) return asked === undefined ? [] : [tampered('not_in_export', 'request')]
  if (asked === undefined) return [tampered('not_in_history', 'request')]
  const { facts, factsDigest, askedAt, clearedAt, voidedAt } = request
  return [
    ...unlike('digest_differs', 'request', {
      facts: [sha256(canonicalJson(facts)), factsDigest],
      factsDigest: [factsDigest, factOf(asked, 'factsDigest')],
    }),
    ...unlike('differs_from_case', 'request.facts', {
      case: [facts['case'], about.id],
      realm: [facts['realm'], realm],
      user: [facts['user'], about.user],
      client: [facts['client'], about.client],
      policy: [facts['policy'], about.policyDigest],
    }),
    ...(isNear(askedAt, asked.at) ? [] : [tampered('differs_from_history', 'request.askedAt')]),
    ...checkTime('request.clearedAt', clearedAt, entryOf(history, ['clear'], {})),
    ...checkTime('request.voidedAt', voidedAt, entryOf(history, ['void'], {})),
  ]
}

const checkTime = (at: string, time: Instant | null, entry: HistoryEntry | undefined): readonly Finding[] => {
  const isRight = time === null || entry === undefined ? time === null && entry === undefined : isNear(time, entry.at)
  return isRight ? [] : [tampered('differs_from_history', at)]
}

const decisions: readonly HistoryEntry['event'][] = ['approve', 'approve_verbally', 'deny', 'revoke']

const isDecision = (entry: HistoryEntry): boolean =>
  decisions.includes(entry.event) && entry.facts['approval'] !== undefined

const checkApproval = (
  sha256: Sha256,
  { realm, case: about, request }: CaseExport,
  acts: ActsOfApprovals,
  one: ExportedApproval,
  at: string,
): readonly Finding[] => {
  const entry = acts.decided.get(one.approval)
  if (entry === undefined) return [tampered('not_in_history', at)]
  const isSpoken = entry.event === 'approve_verbally'
  const isYes = isSpoken || entry.event === 'approve'
  const record = decisionRecordText({
    ...one,
    realm,
    case: about.id,
    method: one.method ?? undefined,
    seen: one.seen,
    acr: one.acr ?? undefined,
    recordedBy: one.recordedBy ?? undefined,
    confirmBy: one.confirmBy ?? undefined,
  })
  const recordDigest = factOf(entry, 'recordDigest')
  return [
    ...unlike('differs_from_history', at, {
      id: [isSpoken ? one.id : `user:${one.id}`, isSpoken ? factOf(entry, 'approver') : entry.actor],
      recordedBy: [one.recordedBy, isSpoken ? entry.actor.replace(/^user:/, '') : null],
      verdict: [one.verdict, isYes ? 'approve' : 'deny'],
      confirmBy: [one.confirmBy, isSpoken ? factOf(entry, 'confirmBy') : null],
      state: [one.state, stateOf(one, acts, isSpoken)],
      ...(isYes ? { method: [one.method, factOf(entry, 'method')] } : {}),
      'seen.place': [one.seen?.place, factOf(entry, 'place')],
      'seen.document': [one.seen?.document, factOf(entry, 'document')],
      ...(entry.event === 'approve' ? { acr: [one.acr, factOf(entry, 'acr')] } : {}),
      ...(entry.event === 'approve' ? { authTime: [one.authTime, factOf(entry, 'authTime')] } : {}),
    }),
    ...unlike('digest_differs', at, {
      reason: [sha256(one.reason), factOf(entry, 'reasonDigest')],
      ...(isYes ? { factsDigest: [one.factsDigest, request?.factsDigest] } : {}),
    }),
    ...(isNear(one.at, entry.at) ? [] : [tampered('differs_from_history', `${at}.at`)]),
    ...(recordDigest === undefined
      ? [incomplete('record_unbound', at)]
      : sha256(record) === recordDigest
        ? []
        : [tampered('digest_differs', at)]),
  ]
}

/** What the history says became of it. Of a spoken one that nobody settled, whether it still waits is told by the row. */
const stateOf = (
  { approval, state }: ExportedApproval,
  acts: ActsOfApprovals,
  isSpoken: boolean,
): ExportedApproval['state'] => {
  if (!isSpoken) return 'counted'
  if (acts.confirmed.has(approval)) return 'confirmed'
  if (acts.refused.has(approval)) return 'refused'
  return state === 'pending' ? 'pending' : 'lapsed'
}

const checkRatification = (told: CaseExport): readonly Finding[] => {
  const { ratification, history, case: about } = told
  const demanded = grantedTermsOf(told)?.ratification
  if (ratification === null) {
    const isMissing = demanded !== undefined && about.grantedAt !== null
    return isMissing ? [tampered('not_in_export', 'ratification')] : []
  }
  const yes = entryOf(history, ['ratify'], {})
  const no = entryOf(history, ['unratify'], { reason: 'ratification_refused' })
  const settled = yes ?? no
  const open = ratification.state === 'pending' ? 'pending' : 'lapsed'
  return unlike('differs_from_history', 'ratification', {
    group: [ratification.group, demanded?.group],
    dueAt: [ratification.dueAt, (about.grantedAt ?? 0) + (demanded?.withinMs ?? 0)],
    state: [ratification.state, yes !== undefined ? 'ratified' : no !== undefined ? 'refused' : open],
    by: [ratification.by === null ? undefined : `user:${ratification.by}`, settled?.actor],
  })
}
