import { canonicalJson } from '../canonical-json.ts'
import type { HistoryEntry } from '../history.ts'
import type { Instant } from '../ids.ts'
import { overrideEventOf } from '../override-event.ts'
import type { CaseExport } from './case-export.ts'
import { entryOf, type Finding, factOf, firstOfEach, isByThen, isNear, placeOf, tampered, unlike } from './finding.ts'
import { grantedTermsOf } from './granted-terms.ts'

/** Whether the case was opened by what others found or wrote down: it has no login, and nothing was tried in it. */
export const isOfNoLogin = (opening: string | undefined): boolean => opening === 'declare' || opening === 'find_pattern'

/** Checks the case's own row against what its history, and the decision that the history addresses, make of it. */
export const checkCase = (told: CaseExport): readonly Finding[] => {
  const { case: about, history, exportedAt } = told
  const first = history[0]
  const last = history.at(-1)
  if (first === undefined || last === undefined) return []
  const early = history
    .filter(({ at }) => !isByThen(at, exportedAt))
    .map((entry) => tampered('differs_from_history', placeOf(entry)))
  return [
    ...unlike('differs_from_history', 'case', { state: [about.state, last.state], path: [about.path, pathOf(told)] }),
    ...(about.version < history.length ? [tampered('differs_from_history', 'case.version')] : []),
    ...early.slice(0, 1),
    ...checkOpening(told, first),
    ...checkGrant(told),
  ]
}

const checkOpening = (told: CaseExport, first: HistoryEntry): readonly Finding[] => {
  const { case: about, decision } = told
  const openedAt = decision?.at ?? factOf(first, 'recordedAt')
  const offered = grantedTermsOf(told)?.paths ?? []
  return [
    ...unlike('differs_from_history', 'case', {
      openedAt: [about.openedAt, openedAt],
      offered: [canonicalJson(about.offered), canonicalJson(offered)],
    }),
    ...(isNear(about.openedAt, first.at) ? [] : [tampered('differs_from_history', 'history[0].at')]),
  ]
}

/** The last path that an entry, or the event beside one, speaks of. */
const pathOf = ({ history, events }: CaseExport): unknown => {
  const eventOf = firstOfEach(events, ({ representation: { history: of } }) => hashIn(of))
  const paths = history.flatMap((entry): readonly unknown[] => {
    if (entry.event === 'choose_path') return [entry.facts['path']]
    const offered = entry.facts['paths']
    if (entry.event === 'offer') return Array.isArray(offered) ? [offered[0] ?? null] : []
    if (overrideEventOf(entry.event) === undefined) return []
    const beside = eventOf.get(entry.hash)
    return beside === undefined ? [] : [beside.representation['path']]
  })
  return paths.at(-1) ?? null
}

const hashIn = (of: unknown): unknown => (typeof of === 'object' && of !== null && 'hash' in of ? of.hash : undefined)

const checkGrant = (told: CaseExport): readonly Finding[] => {
  const { case: about, history } = told
  const terms = grantedTermsOf(told)
  const grant = history.find(({ event }) => event === 'grant')
  if (grant === undefined) {
    const asked = entryOf(history, ['clear'], {}) ?? entryOf(history, ['ask_approval'], {})
    const until = factOf(asked, 'until') ?? about.openedAt + (terms?.challengeMs ?? 0)
    return [
      ...unlike('differs_from_history', 'case', {
        grantedAt: [about.grantedAt, null],
        expiresAt: [about.expiresAt, until],
        // Attempts of which nothing became count too, so that only those of no login at all are known.
        ...(isOfNoLogin(history[0]?.event) ? { attempts: [about.attempts, 0] } : {}),
      }),
      ...checkEnd(told, null),
    ]
  }
  const endsAt = factOf(grant, 'endsAt')
  const grantedAt = typeof endsAt === 'number' && terms !== undefined ? endsAt - terms.sessionMs : undefined
  return [
    ...unlike('differs_from_history', 'case', {
      grantedAt: [about.grantedAt, grantedAt],
      expiresAt: [about.expiresAt, (grantedAt ?? 0) + (terms?.grantMs ?? 0)],
      attempts: [about.attempts, factOf(grant, 'attempts')],
    }),
    ...checkEnd(told, typeof endsAt === 'number' ? endsAt : null),
  ]
}

/** A session ends when its grant said, or when it was taken back before. */
const checkEnd = ({ case: about, history }: CaseExport, endsAt: Instant | null): readonly Finding[] => {
  const { endsAt: told } = about
  if (told === endsAt) return []
  const isTakenBack = history.some(
    ({ event, at }) =>
      (event === 'revoke' || event === 'unratify' || event === 'dispute') && told !== null && isNear(at, told),
  )
  return isTakenBack && told !== null && endsAt !== null && told < endsAt
    ? []
    : [tampered('differs_from_history', 'case.endsAt')]
}
