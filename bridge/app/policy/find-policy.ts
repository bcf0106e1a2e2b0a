import type { Sha256 } from '../../domain/history.ts'
import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Log, Transaction } from '../ports.ts'
import type { PolicyInForce, ReadPolicy } from './policy-ports.ts'

export type FindPolicyDeps = { readPolicy: ReadPolicy; sha256: Sha256; log: Log }

/** What holds for a login: the policy as the engine reads it, and the off switch that is thrown, if one is. */
export type FoundPolicy = { policy: Policy | undefined; switchedOff: PolicyInForce['switchedOff'] }

/** How many read policies are kept; a realm has one in force, and few change in a day. */
const mostKept = 64

/**
 * Finds the policy in force for a login. A version is read and checked against its digest once, then kept: it never
 * changes. One that cannot be read, or whose text is not what its digest says, is as good as none: every fallback is
 * refused (R1, I5), and the log says so once for each.
 */
export const createFindPolicy = ({ readPolicy, sha256, log }: FindPolicyDeps) => {
  const kept = new Map<string, Policy>()
  const told = new Set<string>()

  return async (tx: Transaction, realm: RealmName, client: string, at: Instant): Promise<FoundPolicy> => {
    const { digest, switchedOff } = await tx.policies.inForce(realm, client, at)
    if (digest === undefined) return { policy: undefined, switchedOff }
    return { policy: kept.get(digest) ?? (await load(tx, realm, digest)), switchedOff }
  }

  async function load(tx: Transaction, realm: RealmName, digest: string): Promise<Policy | undefined> {
    const version = await tx.policies.findVersion(realm, digest)
    const text = version?.text
    const policy = text === undefined || sha256(text) !== digest ? undefined : readPolicy(text)
    if (policy === undefined || policy.digest !== digest) {
      tellOnce(realm, digest)
      return undefined
    }
    const oldest = kept.size < mostKept ? undefined : kept.keys().next().value
    if (oldest !== undefined) kept.delete(oldest)
    kept.set(digest, policy)
    return policy
  }

  function tellOnce(realm: RealmName, digest: string): void {
    const about = JSON.stringify([realm, digest])
    if (told.has(about)) return
    if (told.size >= mostKept) told.clear()
    told.add(about)
    log.error('the active policy cannot be read: every fallback is refused', { realm, version: digest })
  }
}

export type FindPolicy = ReturnType<typeof createFindPolicy>
