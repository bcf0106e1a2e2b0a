import type { HistoryEntry } from '../../domain/history.ts'
import type { Review, ReviewReason } from '../../domain/review/review.ts'
import type { Actor } from '../people-ports.ts'
import { isAboutActor, type Matter, mayDo } from './act-on-case.ts'

/**
 * An entry of the history as it is told. One that is withheld says that something happened, and when, and neither what
 * was said nor by whom, unless it was the caller, the subject or the system; its hash then cannot be checked.
 */
export type ToldEntry =
  | (HistoryEntry & { isWithheld: false })
  | (Omit<HistoryEntry, 'facts' | 'actor'> & { isWithheld: true; actor: string | undefined })

/** Why a case is looked at where some are looked at twice; whichever of the two looks comes first, the other is blind. */
const lookedAtTwice: readonly ReviewReason[] = ['break_glass', 'verbal', 'privileged', 'sampled', 'blind']

/** Whether somebody may still take one of the two looks at a case: they are told nothing of what others found (R25). */
export const waitsBlind = (matter: Matter, reviews: readonly Review[]): boolean =>
  mayDo(matter, 'review') &&
  reviews.some(({ reason }) => reason === 'blind') &&
  reviews.some(({ reason, done }) => done === undefined && lookedAtTwice.includes(reason))

/** The reviews, without what others found where the caller may still look blindly. */
export const blinded = (reviews: readonly Review[], matter: Matter): readonly Review[] =>
  waitsBlind(matter, reviews)
    ? reviews.map((review) =>
        review.done === undefined || review.done.by === matter.actor.person.id
          ? review
          : { ...review, done: undefined },
      )
    : reviews

/**
 * The history as far as the caller may read it: its subject learns from it no more than from the rest of the story, and
 * whoever may look blindly nothing of what others found.
 */
export const toldHistory = (
  history: readonly HistoryEntry[],
  reviews: readonly Review[],
  matter: Matter,
): readonly ToldEntry[] => {
  const own = ownNames(matter)
  if (isAboutActor(matter)) return history.map((entry) => withheld(entry, own))
  if (!waitsBlind(matter, reviews)) return history.map((entry) => ({ ...entry, isWithheld: false }))
  const isOfOther = ({ event, actor }: HistoryEntry): boolean => event === 'review' && actor !== nameOf(matter.actor)
  return history.map((entry) => (isOfOther(entry) ? withheld(entry, own) : { ...entry, isWithheld: false }))
}

const withheld = ({ facts: _facts, actor, ...entry }: HistoryEntry, own: readonly string[]): ToldEntry => ({
  ...entry,
  isWithheld: true,
  actor: own.includes(actor) ? actor : undefined,
})

const nameOf = ({ person }: Actor): string => `user:${person.id}`

const ownNames = ({ actor, current }: Matter): readonly string[] => ['system', `user:${current.user}`, nameOf(actor)]
