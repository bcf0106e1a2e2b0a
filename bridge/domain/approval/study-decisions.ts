import type { Instant, UserId } from '../ids.ts'
import type { ChainDecision } from './approval-chain.ts'
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
 * identity are one person (C04); the identity that counts is the one an account had last.
 */
export const studyDecisions = (
  given: readonly ChainDecision[],
  isOutsideHours: ((at: Instant) => boolean) | undefined,
): readonly StudiedDecision[] => {
  const decisions = given.toSorted((a, b) => a.at - b.at || (a.approval < b.approval ? -1 : 1))
  const identities = new Map(
    decisions.flatMap(({ person, identity }) => (identity === undefined ? [] : [[person, identity] as const])),
  )
  const keyOf = (account: UserId): string => {
    const identity = identities.get(account)
    return identity === undefined ? `account ${account}` : `identity ${identity}`
  }
  const told = new Map(decisions.map(({ person, name }) => [keyOf(person), { id: person, name }]))
  const hasty = hastyOf(decisions.filter(({ spoken }) => spoken === undefined))
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
