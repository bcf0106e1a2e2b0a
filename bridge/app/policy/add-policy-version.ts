import type { Sha256 } from '../../domain/history.ts'
import type { RealmName } from '../../domain/ids.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { createChangePolicy } from './change-policy.ts'
import { actorOf, type Person } from './person.ts'
import type { PolicyVersion, ReadPolicy } from './policy-ports.ts'

export type AddPolicyVersionDeps = { unitOfWork: UnitOfWork; clock: Clock; sha256: Sha256; readPolicy: ReadPolicy }

export type AddPolicyVersionAsk = { realm: RealmName; text: string; person: Person }

export type AddedVersion =
  | { outcome: 'added' | 'known'; version: PolicyVersion }
  | { outcome: 'refused'; reason: 'too_large' | 'unreadable' }

/** The longest document that is kept, in UTF-16 code units. */
export const longestDocument = 262_144

/**
 * Keeps a version of a realm's policy, addressed by the SHA-256 of its text, and writes that down. It changes no
 * decision: only an activation does. The same text a second time is `known` and leaves no trace.
 */
export const createAddPolicyVersion = ({ unitOfWork, clock, sha256, readPolicy }: AddPolicyVersionDeps) => {
  const changePolicy = createChangePolicy({ unitOfWork })

  return async ({ realm, text, person }: AddPolicyVersionAsk): Promise<AddedVersion> => {
    if (text.length > longestDocument) return { outcome: 'refused', reason: 'too_large' }
    const policy = isStorable(text) ? readPolicy(text) : undefined
    const digest = sha256(text)
    if (policy === undefined || policy.digest !== digest) return { outcome: 'refused', reason: 'unreadable' }
    const { name, revision, engine } = policy
    return changePolicy(async (tx): Promise<AddedVersion> => {
      const known = await tx.policies.findVersion(realm, digest)
      if (known !== undefined) return { outcome: 'known', version: known }
      const at = clock()
      const actor = actorOf(person)
      const version = { realm, digest, name, revision, engine, text, addedAt: at, addedBy: actor }
      await tx.policies.addVersion(version)
      const facts = { name: person.name, policy: name, revision }
      await tx.policyHistory.append({ realm, at, event: 'draft_added', digest, actor, facts })
      return { outcome: 'added', version }
    })
  }
}

/** A text that is not well-formed shares its digest with others; PostgreSQL holds no NUL. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

export type AddPolicyVersion = ReturnType<typeof createAddPolicyVersion>
