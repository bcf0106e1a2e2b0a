import type { Sha256 } from '../../domain/history.ts'
import type { RealmName } from '../../domain/ids.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { createChangePolicy } from './change-policy.ts'
import { type CheckVersionDeps, createCheckVersion, type VersionFault } from './check-version.ts'
import { writeActivation } from './write-activation.ts'

export type AdoptPolicyFileDeps = CheckVersionDeps & { unitOfWork: UnitOfWork; clock: Clock; sha256: Sha256 }

/** What became of the file in one realm. */
export type Adoption =
  | { realm: RealmName; outcome: 'adopted'; digest: string }
  /** The realm has a history of its own. `differs`: another policy is in force there, or none. */
  | { realm: RealmName; outcome: 'left_alone'; differs: boolean }

export type AdoptedFile =
  | { outcome: 'read'; digest: string; adoptions: readonly Adoption[] }
  | ({ outcome: 'refused' } & VersionFault)

/** Whom the history names for what the file did. */
export const installation = 'installation'

/**
 * Makes the policy file of the settings the first policy of each realm whose policy was never touched; it needs the
 * same check and tests as any other. Where there is a history, people decide, and the file changes nothing. Can be
 * repeated, and run by two replicas at once: one adopts, the other finds the history.
 */
export const createAdoptPolicyFile = (deps: AdoptPolicyFileDeps) => {
  const { unitOfWork, clock, sha256 } = deps
  const checkVersion = createCheckVersion(deps)
  const changePolicy = createChangePolicy({ unitOfWork })

  return async (text: string, realms: readonly RealmName[]): Promise<AdoptedFile> => {
    const digest = sha256(text)
    const checked = checkVersion({ text, digest })
    if ('reason' in checked) return { outcome: 'refused', ...checked }
    const adoptions: Adoption[] = []
    for (const realm of realms) adoptions.push(await changePolicy((tx) => adopt(tx, realm, text, checked.policy)))
    return { outcome: 'read', digest, adoptions }
  }

  async function adopt(tx: Transaction, realm: RealmName, text: string, policy: Policy): Promise<Adoption> {
    const at = clock()
    const { digest, name, revision, engine } = policy
    if (!(await tx.policyHistory.isEmpty(realm))) {
      const active = await tx.policies.findActive(realm, at)
      return { realm, outcome: 'left_alone', differs: active?.digest !== digest }
    }
    const actor = installation
    await tx.policies.addVersion({ realm, digest, name, revision, engine, text, addedAt: at, addedBy: actor })
    const added = { policy: name, revision }
    await tx.policyHistory.append({ realm, at, event: 'draft_added', digest, actor, facts: added })
    const active = { digest, since: at, expiresAt: undefined, fallsBackTo: undefined }
    const facts = { isLoosening: true, proposedBy: null, reason: null }
    await writeActivation(tx, { realm, active, before: undefined, actor, facts })
    return { realm, outcome: 'adopted', digest }
  }
}

export type AdoptPolicyFile = ReturnType<typeof createAdoptPolicyFile>
