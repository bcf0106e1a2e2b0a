import { type CanonicalValue, canonicalJson } from '../canonical-json.ts'
import type { HistoryEntry } from '../history.ts'
import { overrideEventOf } from '../override-event.ts'
import type { CaseExport, ExportedEvent } from './case-export.ts'
import { type Finding, firstOfEach, incomplete, placeOf, tampered } from './finding.ts'

/**
 * Checks that each entry which Keycloak's log shows has its one event, which says what entry and case say (R18, I7). An
 * event that was not read back from Keycloak's log yet makes the export incomplete.
 */
export const checkEvents = ({ history, events, case: about }: CaseExport): readonly Finding[] => {
  const shown = history.filter(({ event }) => overrideEventOf(event) !== undefined)
  const placed = firstOfEach(shown, ({ seq, hash }) => canonicalJson({ seq, hash }))
  const known = events.map(({ representation: { history: of } }) => placed.get(canonicalJson(of ?? null)))
  const once = new Set<HistoryEntry | undefined>()
  const twice = new Set<HistoryEntry | undefined>()
  for (const entry of known) (once.has(entry) ? twice : once).add(entry)
  return [
    ...shown
      .filter((entry) => !once.has(entry) || twice.has(entry))
      .map((entry) => tampered('not_in_export', placeOf(entry))),
    ...events.flatMap((event, index) => {
      const at = `events[${index}]`
      const entry = known[index]
      if (entry === undefined) return [tampered('not_in_history', at)]
      return [
        // Which of two would be the right one is not asked: that there are two is told above.
        ...(twice.has(entry) ? [] : checkEvent(event, entry, about, at)),
        ...(event.state === 'confirmed' ? [] : [incomplete('event_unconfirmed', at)]),
      ]
    }),
  ]
}

const checkEvent = (
  { name, at, representation }: ExportedEvent,
  entry: HistoryEntry,
  about: CaseExport['case'],
  place: string,
): readonly Finding[] => {
  const must: Record<string, CanonicalValue> = {
    case: about.id,
    event: overrideEventOf(entry.event) ?? '',
    state: entry.state,
    at: timeOf(entry.at),
    user: about.user,
    client: about.client,
    profile: about.profile,
    failureClass: about.failureClass,
    policyDigest: about.policyDigest,
    actor: entry.actor,
    ...entry.facts,
    history: { seq: entry.seq, hash: entry.hash },
  }
  // The login's session and the path of that moment stand in the event alone.
  const names = new Set([...Object.keys(must), ...Object.keys(representation)].filter((one) => !alone.includes(one)))
  return [
    ...(name === overrideEventOf(entry.event) ? [] : [tampered('differs_from_history', `${place}.name`)]),
    ...(at === entry.at ? [] : [tampered('differs_from_history', `${place}.at`)]),
    ...[...names]
      .filter((one) => !isSame(representation[one], must[one]))
      .map((one) => tampered('differs_from_history', `${place}.representation.${one}`)),
  ]
}

const alone: readonly string[] = ['session', 'path']

const isSame = (a: CanonicalValue | undefined, b: CanonicalValue | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b)

/** ISO 8601, or nothing that could stand there for a number that is no time. */
const timeOf = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '')
