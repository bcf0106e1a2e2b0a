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

type Found = { dimension: Dimension; value: string; threshold: Threshold }

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

  async function lookAt(tx: Transaction, realm: RealmName, now: Instant): Promise<readonly Found[]> {
    const { policy } = await deps.findPolicy(tx, realm, '', now)
    if (policy === undefined) return []
    const found: Found[] = []
    for (const dimension of dimensions) {
      const threshold = thresholdOf(policy.patterns, dimension)
      const since = now - threshold.withinSeconds * 1000
      const counts = await tx.failures.countBy(realm, dimension, {
        since,
        until: now,
        atLeast: threshold.failures,
        most: mostValues,
      })
      found.push(...counts.map(({ value }) => ({ dimension, value, threshold })))
    }
    return found
  }

  /** Replicas that look at once take turns at the subject's row; the second finds what the first opened. */
  async function openOnce(
    tx: Transaction,
    realm: RealmName,
    { dimension, value, threshold }: Found,
    now: Instant,
  ): Promise<FallbackCase | undefined> {
    const user = dimension === 'user' ? asId<UserId>(value) : nobody
    await tx.subjects.lock(realm, user)
    const last = await tx.patterns.findLast(realm, dimension, value)
    if (last?.isWaiting === true) return undefined
    const spanMs = threshold.withinSeconds * 1000
    const span = { since: Math.max(now - spanMs, last?.until ?? 0), until: now }
    const [counted] = await tx.failures.countBy(realm, dimension, { ...span, value, atLeast: 1, most: 1 })
    if (counted === undefined) return undefined
    const { failures, people } = counted
    const before = await countBefore(tx, realm, { dimension, value }, { since: now - 2 * spanMs, until: now - spanMs })
    if (!isPattern(dimension, threshold, { failures, people, before })) return undefined
    const classes = await tx.failures.classesOf(realm, dimension, value, span)
    return open(tx, user, { realm, dimension, value, ...span, failures, people, before, classes })
  }

  async function countBefore(
    tx: Transaction,
    realm: RealmName,
    { dimension, value }: { dimension: Dimension; value: string },
    span: { since: Instant; until: Instant },
  ): Promise<number | undefined> {
    const first = await tx.failures.firstSeenAt(realm)
    if (first === undefined || first > span.since) return undefined
    const [counted] = await tx.failures.countBy(realm, dimension, { ...span, value, atLeast: 1, most: 1 })
    return counted?.failures ?? 0
  }

  async function open(tx: Transaction, user: UserId, pattern: Omit<FailurePattern, 'case'>): Promise<FallbackCase> {
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

const mostFrequent = (classes: Readonly<Record<string, number>>): string =>
  Object.entries(classes).sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))[0]?.[0] ?? 'other'

export type FindPatterns = ReturnType<typeof createFindPatterns>
