import type { RealmName } from '../../domain/ids.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { comparedMs, lastingDigest, mostCompared } from './activation.ts'
import type { ActivePolicy, ReadPolicy } from './policy-ports.ts'
import { readDecisions } from './read-decisions.ts'

/** What a comparison must at least say; whatever more it says comes back with the outcome. */
export type Comparison = { isLoosening: boolean }

/** Compares two policies, field by field and over the facts of recent logins. */
export type ComparePolicies<Compared extends Comparison> = (
  before: Policy,
  after: Policy,
  recorded: readonly Facts[],
) => Compared | Promise<Compared>

export type JudgeActivationDeps<Compared extends Comparison> = {
  unitOfWork: UnitOfWork
  clock: Clock
  readPolicy: ReadPolicy
  comparePolicies: ComparePolicies<Compared>
}

/** `comparison` is the one with the policy in force; absent where there is none that can be read. */
export type Judged<Compared extends Comparison> = { isLoosening: boolean; comparison: Compared | undefined }

/**
 * Says whether a policy in place of the active one loosens: always where nothing is active, or what is cannot be read.
 * While a policy with an end is in force, what comes after that end is compared too, so that a loosening never becomes
 * lasting by way of a harmless change. Outside of any change's transaction, since it takes time.
 */
export const createJudgeActivation = <Compared extends Comparison>(deps: JudgeActivationDeps<Compared>) => {
  const { unitOfWork, clock, readPolicy, comparePolicies } = deps

  return async (realm: RealmName, after: Policy, active: ActivePolicy | undefined): Promise<Judged<Compared>> => {
    if (active === undefined) return { isLoosening: true, comparison: undefined }
    const recorded = await recordedFacts(realm)
    const comparison = await compareWith(realm, active.digest, after, recorded)
    const lasting = lastingDigest(active)
    const others = lasting === active.digest ? [] : [await compareWith(realm, lasting, after, recorded)]
    return { isLoosening: [comparison, ...others].some((one) => one === undefined || one.isLoosening), comparison }
  }

  async function compareWith(
    realm: RealmName,
    digest: string | undefined,
    after: Policy,
    recorded: readonly Facts[],
  ): Promise<Compared | undefined> {
    if (digest === undefined) return undefined
    const version = await unitOfWork((tx) => tx.policies.findVersion(realm, digest))
    const before = version === undefined ? undefined : readPolicy(version.text)
    return before?.digest === digest ? comparePolicies(before, after, recorded) : undefined
  }

  async function recordedFacts(realm: RealmName): Promise<readonly Facts[]> {
    const recorded: Facts[] = []
    for await (const page of readDecisions(unitOfWork, realm, clock() - comparedMs)) {
      recorded.push(...page.map(({ facts }) => facts))
      if (recorded.length >= mostCompared) break
    }
    return recorded.slice(0, mostCompared)
  }
}
