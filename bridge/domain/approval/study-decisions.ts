import type { Instant, UserId } from '../ids.ts'
import type { ChainDecision } from './approval-chain.ts'
import { naturalPersonOf } from './natural-person.ts'
import { hastyOf } from './think-time.ts'

/** A person as a report names them: the account they decided from last. */
export type ToldPerson = { id: UserId; name: string }

/** A decision with what only the others tell about it. */
export type StudiedDecision = ChainDecision & {
  /** One for all accounts of a natural person; told to nobody. */
  decider: string
  /** The same of the subject. */
  about: string
  told: ToldPerson
  /** The subject as one who decides; undefined for who never did. */
  toldSubject: ToldPerson | undefined
  /** The person decided: themselves, or by a spoken yes that they confirmed. */
  isStanding: boolean
  isHasty: boolean
  /** Undefined where no policy says what the hours are. */
  isOutsideHours: boolean | undefined
  /** A yes for somebody who said yes for this person too, in the same span of time. */
  isReturned: boolean
}

/**
 * Works out what decisions say about each other; gives them oldest first, in whatever order they came. Accounts of one
 * identity are one person (C04).
 */
export const studyDecisions = (
  given: readonly ChainDecision[],
  isOutsideHours: ((at: Instant) => boolean) | undefined,
): readonly StudiedDecision[] => {
  const decisions = given.toSorted((a, b) => a.at - b.at || (a.approval < b.approval ? -1 : 1))
  const keyOf = naturalPersonOf(decisions)
  const told = new Map(decisions.map(({ person, name }) => [keyOf(person), { id: person, name }]))
  const own = decisions.filter(({ spoken }) => spoken === undefined)
  const hasty = hastyOf(own, keyOf)
  const yes = new Set(decisions.filter(isYes).map(({ person, subject }) => wayOf(keyOf(person), keyOf(subject))))
  return decisions.map((one) => {
    const decider = keyOf(one.person)
    const about = keyOf(one.subject)
    return {
      ...one,
      decider,
      about,
      told: told.get(decider) ?? { id: one.person, name: one.name },
      toldSubject: told.get(about),
      isStanding: isStanding(one),
      isHasty: hasty.has(one),
      isOutsideHours: isOutsideHours?.(one.at),
      isReturned: isYes(one) && yes.has(wayOf(about, decider)),
    }
  })
}

const isStanding = ({ spoken }: ChainDecision): boolean => spoken === undefined || spoken === 'confirmed'
const isYes = (one: ChainDecision): boolean => one.verdict === 'approve' && isStanding(one)
const wayOf = (from: string, to: string): string => JSON.stringify([from, to])
