import type { FallbackCase } from '../../domain/case.ts'
import { asId, type Instant, type RealmName, type UserId } from '../../domain/ids.ts'
import { type Dimension, dimensions } from '../../domain/pattern/dimension.ts'
import { isPattern, type Threshold, thresholdOf } from '../../domain/pattern/threshold.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Ids, Log, Transaction, UnitOfWork } from '../ports.ts'
import type { RecordOpening } from '../record-change.ts'
import type { CallReview } from '../review/call-review.ts'
import { outsideCase } from '../review/outside-case.ts'
import type { FailurePattern } from './pattern-ports.ts'

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
/** Values of one dimension that are looked at in one turn, most failures first. */
const mostValues = 100
/** Values of the span before, most failures first; one that is not among them had fewer than a pattern needs. */
const mostBefore = 10_000

type Suspect = { dimension: Dimension; value: string; threshold: Threshold }
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
    for (const one of await unitOfWork((tx) => lookAt(tx, realm, now))) {
      const opened = await unitOfWork((tx) => openOnce(tx, realm, one, now))
      if (opened !== undefined) log.warn('failures repeat', { realm, case: opened.id, kind: one.dimension })
    }
  }

  /** Every value that is a pattern now, by two counts a dimension, however many values there are. */
  async function lookAt(tx: Transaction, realm: RealmName, now: Instant): Promise<readonly Suspect[]> {
    const { policy } = await deps.findPolicy(tx, realm, '', now)
    if (policy === undefined) return []
    const found: Suspect[] = []
    for (const dimension of dimensions) {
      const threshold = thresholdOf(policy.patterns, dimension)
      const span = { since: now - spanOf(threshold), until: now }
      const ask = { ...span, atLeast: threshold.failures, most: mostValues }
      const counts = await tx.failures.countBy(realm, dimension, ask)
      if (counts.length === 0) continue
      const before = await countsBefore(tx, realm, { dimension, threshold }, now)
      for (const { value, failures, people } of counts) {
        const suspect = { dimension, value, threshold }
        const count = { failures, people, before: before === undefined ? undefined : (before.get(value) ?? 0) }
        if (!isPattern(dimension, threshold, count)) continue
        if ((await judge(tx, realm, suspect, now)) !== undefined) found.push(suspect)
      }
    }
    return found
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
    const [counted] = await tx.failures.countBy(realm, dimension, { ...span, value, atLeast: 1, most: 1 })
    if (counted === undefined) return undefined
    const { failures, people } = counted
    const earlier = await countsBefore(tx, realm, { dimension, value, threshold }, now)
    const before = earlier === undefined ? undefined : (earlier.get(value) ?? 0)
    if (!isPattern(dimension, threshold, { failures, people, before })) return undefined
    const classes = await tx.failures.classesOf(realm, dimension, value, span)
    return { realm, dimension, value, ...span, failures, people, before, classes }
  }

  /** Failures of the span before, by value, of one value alone where it is named; undefined where counting began later. */
  async function countsBefore(
    tx: Transaction,
    realm: RealmName,
    { dimension, value, threshold }: Omit<Suspect, 'value'> & { value?: string },
    now: Instant,
  ): Promise<ReadonlyMap<string, number> | undefined> {
    const since = now - 2 * spanOf(threshold)
    const first = await tx.failures.firstSeenAt(realm)
    if (first === undefined || first > since) return undefined
    const ask = { since, until: now - spanOf(threshold), atLeast: 1, most: mostBefore }
    const counts = await tx.failures.countBy(realm, dimension, value === undefined ? ask : { ...ask, value })
    return new Map(counts.map((one) => [one.value, one.failures]))
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
