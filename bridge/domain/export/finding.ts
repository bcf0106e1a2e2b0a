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

/** What belongs together reads the clock one after the other, and each replica of the bridge has a clock of its own. */
const apartMs = 60_000
/** Whether two times can be of one transaction. */
export const isNear = (a: Instant, b: Instant): boolean => Math.abs(a - b) <= apartMs
/** Whether what was at `at` can have been there when something else, maybe by another replica’s clock, was at `then`. */
export const isByThen = (at: Instant, then: Instant): boolean => at - then <= apartMs

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

/** Of the entries of these events, the first with each value of a fact. */
export const entriesBy = (
  history: readonly HistoryEntry[],
  events: readonly HistoryEntry['event'][],
  fact: string,
): ReadonlyMap<unknown, HistoryEntry> =>
  firstOfEach(
    history.filter(({ event }) => events.includes(event)),
    ({ facts }) => facts[fact],
  )

/** The first of each key: whatever a hostile file repeats thousands of times is looked up, and never searched for. */
export const firstOfEach = <One>(all: readonly One[], keyOf: (one: One) => unknown): ReadonlyMap<unknown, One> =>
  new Map(all.toReversed().map((one) => [keyOf(one), one]))

/** A fact, or undefined where the entry has none of this name. */
export const factOf = (entry: HistoryEntry | undefined, name: keyof HistoryFacts & string) => entry?.facts[name]

/** Where an entry stands, as findings name it. */
export const placeOf = ({ seq }: HistoryEntry): string => `history[${seq - 1}]`
