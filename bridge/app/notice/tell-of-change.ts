import type { CaseEvent, FallbackCase } from '../../domain/case.ts'
import type { HistoryFacts } from '../../domain/history.ts'
import { termsOf } from '../../domain/policy/decision.ts'
import type { StoredDecision } from '../policy/policy-ports.ts'
import type { Transaction } from '../ports.ts'
import type { NoticeFacts, NoticeKind, NoticeRecipients } from './notice.ts'
import type { QueueNotice } from './queue-notice.ts'

/**
 * Who is told of which change of a case: the subject of every grant and use and of every no, security of what privileged
 * people and broken glasses do and of disputes, approvers of what they must confirm (R49, R35, E10). One place for all.
 */
export const createTellOfChange = ({ queueNotice }: { queueNotice: QueueNotice }) => {
  return async (
    tx: Transaction,
    current: FallbackCase,
    event: 'open' | CaseEvent,
    change: { actor: string; facts: HistoryFacts },
  ): Promise<void> => {
    const tell = (kind: NoticeKind, to: NoticeRecipients, more: NoticeFacts = {}, withWord = false) =>
      queueNotice(tx, {
        realm: current.realm,
        case: current.id,
        kind,
        to,
        facts: { ...basics(current), ...more },
        dedupe: dedupeOf(current, change.facts),
        withWord,
      })
    const subject = { users: [current.user] }
    switch (event) {
      case 'grant':
        await tell('subject_issued', subject, {}, true)
        return tellSecurity(tx, current, tell, 'security_issued')
      case 'use':
        await tell('subject_used', subject, {}, true)
        return tellSecurity(tx, current, tell, 'security_used')
      case 'deny':
        if (change.facts['by'] === 'person') await tell('subject_denied', subject, {}, true)
        return
      case 'dispute':
        await tell('disputed', { security: true })
        return
      case 'call_review':
        await tell('review_due', { security: true }, { reason: change.facts['reason'] ?? null })
        return
      default:
    }
  }

  async function tellSecurity(
    tx: Transaction,
    current: FallbackCase,
    tell: (kind: NoticeKind, to: NoticeRecipients, more?: NoticeFacts) => Promise<boolean>,
    kind: 'security_issued' | 'security_used',
  ): Promise<void> {
    const stored = await tx.decisions.find(current.realm, current.id)
    const tier = tierOf(stored)
    if (tier === 'privileged' || current.profile === 'break-glass') await tell(kind, { security: true }, { tier })
    if (current.profile !== 'break-glass' || kind !== 'security_issued') return
    const terms = stored === undefined ? undefined : termsOf(stored.decision)
    const ratifiers = ratifiersOf(stored)
    const groups = new Set([...(terms?.approvals ?? []).map(({ group }) => group), ...ratifiers])
    await tell('broadcast_break_glass', { security: true })
    for (const group of ratifiers) await tell('ratification_due', { group })
    for (const group of groups) {
      await queueNotice(tx, {
        realm: current.realm,
        case: current.id,
        kind: 'broadcast_break_glass',
        to: { group },
        facts: basics(current),
        dedupe: `${current.id}:${group}`,
      })
    }
  }
}

const ratifiersOf = (stored: StoredDecision | undefined): readonly string[] => {
  const group = stored === undefined ? undefined : termsOf(stored.decision)?.ratification?.group
  return group === undefined ? [] : [group]
}

const tierOf = (stored: StoredDecision | undefined): string => stored?.decision.assessment?.tier ?? 'privileged'

/** One notice of a kind for a case; of reviews one for each reason. */
const dedupeOf = ({ id }: FallbackCase, facts: HistoryFacts): string =>
  typeof facts['reason'] === 'string' ? `${id}:${facts['reason']}` : id

const basics = ({ client, path, profile, state, endsAt }: FallbackCase): NoticeFacts => ({
  client,
  path: path ?? null,
  profile,
  state,
  until: endsAt ?? null,
})

export type TellOfChange = ReturnType<typeof createTellOfChange>
