import type { FallbackCase } from '../../domain/case.ts'
import { asId, type Instant, type RealmName, type UserId } from '../../domain/ids.ts'
import { type Dimension, dimensions } from '../../domain/pattern/dimension.ts'
import { isPattern, leastPeople, type Threshold, tellableBefore, thresholdOf } from '../../domain/pattern/threshold.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Ids, Log, Transaction, UnitOfWork } from '../ports.ts'
import type { RecordOpening } from '../record-change.ts'
import type { CallReview } from '../review/call-review.ts'
import { outsideCase } from '../review/outside-case.ts'
import type { FailureCount, FailurePattern } from './pattern-ports.ts'

export type FindPatternsDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  ids: Pick<Ids, 'case'>
  log: Log
  findPolicy: FindPolicy
  recordOpening: RecordOpening
  callReview: CallReview
}

/** Whose case a pattern of many people is. */
export const nobody: UserId = asId('nobody')
/** In which application; a pattern is of all. */
const anyClient = 'any'
/** Values over a threshold that are looked at in one transaction. */
const pageOf = 100

type Counted = { dimension: Dimension; threshold: Threshold }
type Suspect = Counted & { value: string }
type Pattern = Omit<FailurePattern, 'case'>

/**
 * Finds failures that repeat, by person, device model, authenticator model, site, software version and time of day, and
 * opens a case for each that waits for its review (R5). While one waits there is no second of the same value, and
 * afterwards only what failed since counts: what somebody looked at is not found again.
 */
export const createFindPatterns = (deps: FindPatternsDeps) => {
  const { unitOfWork, clock, log } = deps

  return async (realm: RealmName): Promise<void> => {
    const now = clock()
    const { policy } = await unitOfWork((tx) => deps.findPolicy(tx, realm, '', now))
    if (policy === undefined) return
    for (const dimension of dimensions) {
      await findBy(realm, { dimension, threshold: thresholdOf(policy.patterns, dimension) }, now)
    }
  }

  /** Looks at every value over the threshold, a page at a time: no number of values hides another. */
  async function findBy(realm: RealmName, counted: Counted, now: Instant): Promise<void> {
    let after: string | undefined
    do {
      const page = await unitOfWork((tx) => lookAt(tx, realm, counted, { after, now }))
      for (const value of page.suspects) {
        const opened = await unitOfWork((tx) => openOnce(tx, realm, { ...counted, value }, now))
        if (opened !== undefined) log.warn('failures repeat', { realm, case: opened.id, kind: counted.dimension })
      }
      after = page.next
    } while (after !== undefined)
  }

  /** Values of one page that seem to be a pattern, by two counts; `next` is what the following page comes after. */
  async function lookAt(
    tx: Transaction,
    realm: RealmName,
    { dimension, threshold }: Counted,
    { after, now }: { after: string | undefined; now: Instant },
  ): Promise<{ suspects: readonly string[]; next: string | undefined }> {
    const over = await tx.failures.pageOver(realm, dimension, {
      since: now - spanOf(threshold),
      until: now,
      failures: threshold.failures,
      people: leastPeople(dimension, threshold),
      after,
      most: pageOf,
    })
    const values = over.map(({ value }) => value)
    const before = await countsBefore(tx, realm, { dimension, threshold }, { values, now })
    return {
      suspects: over
        .filter((one) => isPattern(dimension, threshold, { ...one, before: before?.(one.value).failures }))
        .map(({ value }) => value),
      next: over.length < pageOf ? undefined : values.at(-1),
    }
  }

  /** Replicas that look at once take turns at the subject's row; the second finds what the first opened. */
  async function openOnce(
    tx: Transaction,
    realm: RealmName,
    suspect: Suspect,
    now: Instant,
  ): Promise<FallbackCase | undefined> {
    const user = suspect.dimension === 'user' ? asId<UserId>(suspect.value) : nobody
    await tx.subjects.lock(realm, user)
    const pattern = await judge(tx, realm, suspect, now)
    return pattern === undefined ? undefined : open(tx, user, pattern)
  }

  /** The pattern that a value is, counted anew since it was last looked at; undefined while one waits, or where it is none. */
  async function judge(
    tx: Transaction,
    realm: RealmName,
    { dimension, value, threshold }: Suspect,
    now: Instant,
  ): Promise<Pattern | undefined> {
    const last = await tx.patterns.findLast(realm, dimension, value)
    if (last?.isWaiting === true) return undefined
    const span = { since: Math.max(now - spanOf(threshold), last?.until ?? 0), until: now }
    const [counted] = await tx.failures.countBy(realm, dimension, { ...span, values: [value], most: 1 })
    if (counted === undefined) return undefined
    const { failures, people } = counted
    const earlier = await countsBefore(tx, realm, { dimension, threshold }, { values: [value], now })
    const count = earlier?.(value)
    if (!isPattern(dimension, threshold, { failures, people, before: count?.failures })) return undefined
    const classes = await tx.failures.classesOf(realm, dimension, value, span)
    // Whatever it was compared with, a figure of too few people is kept nowhere: the pattern and its history are read.
    const before = count === undefined ? undefined : tellableBefore(dimension, count)
    return { realm, dimension, value, ...span, failures, people, before, classes }
  }

  /** What failed of these values in the span before; undefined where counting began later. */
  async function countsBefore(
    tx: Transaction,
    realm: RealmName,
    { dimension, threshold }: Counted,
    { values, now }: { values: readonly string[]; now: Instant },
  ): Promise<((value: string) => Pick<FailureCount, 'failures' | 'people'>) | undefined> {
    const since = now - 2 * spanOf(threshold)
    const began = await tx.failures.countedSince(realm)
    if (began === undefined || began > since) return undefined
    const span = { since, until: now - spanOf(threshold) }
    const counts = await tx.failures.countBy(realm, dimension, { ...span, values, most: values.length })
    const byValue = new Map(counts.map((one) => [one.value, one]))
    return (value) => byValue.get(value) ?? { failures: 0, people: 0 }
  }

  async function open(tx: Transaction, user: UserId, pattern: Pattern): Promise<FallbackCase> {
    const { realm, dimension, value, since, until, failures, people, before, classes } = pattern
    const { policy } = await deps.findPolicy(tx, realm, '', until)
    const fresh: FallbackCase = {
      ...outsideCase({
        realm,
        id: deps.ids.case(),
        user,
        client: anyClient,
        at: until,
        policyDigest: policy?.digest ?? '0'.repeat(64),
      }),
      failureClass: mostFrequent(classes),
    }
    const facts = {
      dimension,
      value,
      since,
      until,
      failures,
      people,
      before: before ?? null,
      classes: { ...classes },
      recordedAt: until,
    }
    await deps.recordOpening(tx, fresh, { actor: 'system', facts }, 'find_pattern')
    await tx.patterns.insert({ ...pattern, case: fresh.id })
    return deps.callReview(tx, fresh, 'pattern')
  }
}

const spanOf = ({ withinSeconds }: Threshold): number => withinSeconds * 1000

const mostFrequent = (classes: Readonly<Record<string, number>>): string =>
  Object.entries(classes).sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))[0]?.[0] ?? 'other'

export type FindPatterns = ReturnType<typeof createFindPatterns>
