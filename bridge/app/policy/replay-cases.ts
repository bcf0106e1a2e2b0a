import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, Instant, RealmName } from '../../domain/ids.ts'
import { canonicalText } from '../../domain/policy/canonical-text.ts'
import { decide } from '../../domain/policy/decide.ts'
import type { Decision } from '../../domain/policy/decision.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { UnitOfWork } from '../ports.ts'
import type { DeriveFacts, ReadPolicy, StoredDecision } from './policy-ports.ts'
import { readDecisions } from './read-decisions.ts'

export type ReplayCasesDeps = {
  unitOfWork: UnitOfWork
  readPolicy: ReadPolicy
  deriveFacts: DeriveFacts
  sha256: Sha256
}

/** Which cases: those of a realm that were decided since a time. `onProgress` is told after each page. */
export type ReplayRange = { realm: RealmName; since: Instant; onProgress?: (progress: ReplayProgress) => void }
export type ReplayProgress = { done: number; at: Instant }

/** One case decided once more under the policy it was decided under. */
export type Verified = { case: CaseId; at: Instant; policyDigest: string } & (
  | { isSame: true }
  /** The version is gone, changed or unreadable, or it decides otherwise; `now` is then the other text. */
  | { isSame: false; because: 'version_missing' | 'version_changed' | 'version_unreadable'; stored: string }
  | { isSame: false; because: 'decision_differs'; stored: string; now: string }
)

/** What a draft would change for one case. `other_details`: the same outcome for the person, other terms or grounds. */
export const replayChanges = [
  'unchanged',
  'other_details',
  'would_be_let_in',
  'would_wait',
  'would_be_stopped',
] as const
export type ReplayChange = (typeof replayChanges)[number]

/** One case decided under a draft. */
export type Redecided = {
  case: CaseId
  at: Instant
  change: ReplayChange
  /** The profile the draft chooses; the one of the case where it chooses none; null where neither did. */
  profile: string | null
  before: Decision
  after: Decision
}

/** Decides stored cases once more (R9, I13): to prove that nothing drifted, or to see what a draft would change. */
export const createReplayCases = ({ unitOfWork, readPolicy, deriveFacts, sha256 }: ReplayCasesDeps) => {
  /** Same version, same facts: the decision must come out the same, byte for byte. */
  async function* verify(range: ReplayRange): AsyncGenerator<Verified> {
    const known = new Map<string, Policy | Unusable>()
    for await (const stored of decisionsOf(range)) {
      const { policyDigest } = stored
      const policy = known.get(policyDigest) ?? (await load(range.realm, policyDigest))
      known.set(policyDigest, policy)
      yield { case: stored.case, at: stored.at, policyDigest, ...compare(stored, policy) }
    }
  }

  /** The draft's own zones and hours are worked out anew from each case's plain facts. */
  async function* against(draft: Policy, range: ReplayRange): AsyncGenerator<Redecided> {
    for await (const { case: id, at, facts, decision: before } of decisionsOf(range)) {
      const after = decide(draft, deriveFacts(draft, facts))
      const profile = after.assessment?.profile ?? before.assessment?.profile ?? null
      yield { case: id, at, change: changeOf(before, after), profile, before, after }
    }
  }

  async function* decisionsOf({ realm, since, onProgress }: ReplayRange): AsyncGenerator<StoredDecision> {
    let done = 0
    for await (const page of readDecisions(unitOfWork, realm, since)) {
      yield* page
      done += page.length
      onProgress?.({ done, at: page.at(-1)?.at ?? since })
    }
  }

  async function load(realm: RealmName, digest: string): Promise<Policy | Unusable> {
    const version = await unitOfWork((tx) => tx.policies.findVersion(realm, digest))
    if (version === undefined) return 'version_missing'
    if (sha256(version.text) !== digest) return 'version_changed'
    return readPolicy(version.text) ?? 'version_unreadable'
  }

  return { verify, against }
}

type Unusable = 'version_missing' | 'version_changed' | 'version_unreadable'

const compare = ({ facts, decisionText: stored }: StoredDecision, policy: Policy | Unusable) => {
  if (typeof policy === 'string') return { isSame: false, because: policy, stored } as const
  const now = canonicalText(decide(policy, facts))
  return now === stored
    ? ({ isSame: true } as const)
    : ({ isSame: false, because: 'decision_differs', stored, now } as const)
}

const changeOf = (before: Decision, after: Decision): ReplayChange => {
  const lane = laneOf(after)
  if (lane !== laneOf(before)) return lane
  return canonicalText(before) === canonicalText(after) ? 'unchanged' : 'other_details'
}

const laneOf = ({ outcome }: Decision) => {
  switch (outcome) {
    case 'grant_alternate':
    case 'degrade':
      return 'would_be_let_in'
    case 'escalate':
      return 'would_wait'
    case 'deny':
    case 'deny_with_retry':
      return 'would_be_stopped'
  }
}

export type ReplayCases = ReturnType<typeof createReplayCases>
