import type { PolicyVersion } from '../app/policy/policy-ports.ts'
import type { RealmName } from '../domain/ids.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'
import { fileFault, type LoadPolicy, type ReadText } from './load-policy.ts'
import type { OnDatabase } from './on-database.ts'

export type FindDocumentDeps = {
  readText: ReadText
  loadPolicy: LoadPolicy
  readStored: (text: string) => Policy | undefined
  onDatabase: OnDatabase
}

export type FoundDocument = { source: string; policy: Policy } | { answer: CommandAnswer }

const digestPrefix = /^[0-9a-f]{8,64}$/

/** Finds a policy by the name of a file or, where there is no such file, by its digest or the beginning of it. */
export const createFindDocument =
  ({ readText, loadPolicy, readStored, onDatabase }: FindDocumentDeps) =>
  async (named: string, realm?: string): Promise<FoundDocument> => {
    if (!digestPrefix.test(named) || readText(named) !== undefined) {
      const loaded = loadPolicy(named)
      return 'answer' in loaded ? loaded : { source: named, policy: loaded.policy }
    }
    const reached = await onDatabase(realm, async (unitOfWork, realms) =>
      findVersion(
        named,
        (await Promise.all(realms.map((one) => unitOfWork((tx) => tx.policies.listVersions(one))))).flat(),
      ),
    )
    if ('answer' in reached) return reached
    const found = reached.value
    if ('answer' in found) return found
    const policy = readStored(found.version.text)
    return policy?.digest === found.version.digest
      ? { source: policy.digest, policy }
      : { answer: unreadable(found.version) }
  }

export type FindDocument = ReturnType<typeof createFindDocument>

/** The one version whose digest begins so, of one realm or several; a digest that several realms have counts once. */
export const findVersion = (
  prefix: string,
  versions: readonly PolicyVersion[],
): { version: PolicyVersion } | { answer: CommandAnswer } => {
  if (!digestPrefix.test(prefix)) {
    return {
      answer: faulty(
        'usage',
        'digest_malformed',
        `${prefix} is no file and no digest.`,
        'Name a file, or at least 8 digits of a digest (`fallback-bridge policy list`).',
      ),
    }
  }
  const found = new Map(
    versions.filter(({ digest }) => digest.startsWith(prefix)).map((version) => [version.digest, version]),
  )
  const [version] = found.values()
  if (version === undefined) {
    return {
      answer: faulty(
        'refused',
        'not_found',
        `No version begins with ${prefix}.`,
        'Look at `fallback-bridge policy list`, or add the file with `fallback-bridge policy add`.',
      ),
    }
  }
  if (found.size > 1) {
    return {
      answer: faulty('usage', 'digest_ambiguous', `${found.size} versions begin with ${prefix}.`, 'Give more digits.'),
    }
  }
  return { version }
}

const unreadable = ({ digest }: PolicyVersion): CommandAnswer =>
  faulty(
    'refused',
    'version_unreadable',
    `The stored text of ${digest} is no policy that this release reads, or not what its digest says.`,
    'Add the policy again from its file; look at `fallback-bridge policy history`.',
  )

/** A realm's version for an act: by its digest, or the digest of a file that was added. */
export type FindStored = (
  unitOfWork: Parameters<Parameters<OnDatabase>[1]>[0],
  realm: RealmName,
  named: string,
) => Promise<{ version: PolicyVersion } | { answer: CommandAnswer }>

/** Finds what shall be activated. A file stands for the version with its very text, which must have been added. */
export const createFindStored =
  ({ readText, sha256 }: { readText: ReadText; sha256: (text: string) => string }): FindStored =>
  async (unitOfWork, realm, named) => {
    const text = digestPrefix.test(named) ? undefined : readText(named)
    if (text === undefined && !digestPrefix.test(named)) return { answer: fileFault(named) }
    const prefix = text === undefined ? named : sha256(text)
    return findVersion(prefix, await unitOfWork((tx) => tx.policies.listVersions(realm)))
  }
