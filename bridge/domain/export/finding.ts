import type { HistoryEntry, HistoryFacts } from '../history.ts'
import type { Instant } from '../ids.ts'

/** What can be wrong with an export, or missing from it. */
export const findingCodes = [
  'history_empty',
  'chain_broken',
  'other_case',
  'digest_differs',
  'differs_from_history',
  'not_in_history',
  'not_in_export',
  'told_twice',
  'differs_from_case',
  'differs_from_policy',
  'decision_differs',
  'facts_unreadable',
  'evidence_unopened',
  'policy_missing',
  'policy_unreadable',
  'record_unbound',
  'event_unconfirmed',
] as const
export type FindingCode = (typeof findingCodes)[number]

/**
 * One thing that is wrong, and where: a member of the payload (`approvals[0].reason`), or an entry (`history[3]`, counted
 * from 0). `incomplete` is nothing false: something cannot be shown.
 */
export type Finding = { weight: 'tampered' | 'incomplete'; code: FindingCode; at: string }

export const tampered = (code: FindingCode, at: string): Finding => ({ weight: 'tampered', code, at })
export const incomplete = (code: FindingCode, at: string): Finding => ({ weight: 'incomplete', code, at })

type Plain = string | number | boolean | null | undefined

/** A finding for each member that is not what it must be; `pairs` has what stands there and what must. */
export const unlike = (
  code: FindingCode,
  at: string,
  pairs: Readonly<Record<string, readonly [is: unknown, mustBe: unknown]>>,
): readonly Finding[] =>
  Object.entries(pairs).flatMap(([member, [is, mustBe]]) =>
    Object.is(is, mustBe) ? [] : [tampered(code, at === '' ? member : `${at}.${member}`)],
  )

/** A row and the entry beside it are written in one transaction, but read the clock one after the other. */
const apartMs = 60_000
/** Whether two times can be of one transaction. */
export const isNear = (a: Instant, b: Instant): boolean => Math.abs(a - b) <= apartMs

/** The entry of one of these events whose facts have this value. */
export const entryOf = (
  history: readonly HistoryEntry[],
  events: readonly HistoryEntry['event'][],
  facts: Readonly<Record<string, Plain>>,
): HistoryEntry | undefined =>
  history.find(
    (entry) =>
      events.includes(entry.event) && Object.entries(facts).every(([name, value]) => entry.facts[name] === value),
  )

/** A fact, or undefined where the entry has none of this name. */
export const factOf = (entry: HistoryEntry | undefined, name: keyof HistoryFacts & string) => entry?.facts[name]

/** Where an entry stands, as findings name it. */
export const placeOf = ({ seq }: HistoryEntry): string => `history[${seq - 1}]`
