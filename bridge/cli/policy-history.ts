import type { PolicyHistoryEntry } from '../app/policy/policy-ports.ts'
import { type CommandAnswer, done, notPassed } from './command-answer.ts'
import { type OnDatabase, onRealm } from './on-database.ts'

export type PolicyHistoryDeps = {
  onDatabase: OnDatabase
  verifyChain: (entries: readonly PolicyHistoryEntry[]) => { seq: number; fault: string } | undefined
}

/** `policy history --realm r`: who did what and when, oldest first, and whether the chain of hashes is whole. */
export const createPolicyHistory =
  ({ onDatabase, verifyChain }: PolicyHistoryDeps) =>
  async ({ realm }: { realm: string }): Promise<CommandAnswer> => {
    const reached = await onRealm(onDatabase, realm, (unitOfWork, name) =>
      unitOfWork((tx) => tx.policyHistory.list(name)),
    )
    if ('answer' in reached) return reached.answer
    const entries = reached.value
    const broken = verifyChain(entries)
    const text = [
      ...entries.map(entryLine),
      broken === undefined
        ? `The chain of ${entries.length} entries is whole.`
        : `The chain is broken at entry ${broken.seq} (${broken.fault}): somebody changed the table. Compare it with a backup.`,
    ].join('\n')
    const json = { realm, entries, chain: broken === undefined ? { whole: true } : { whole: false, ...broken } }
    return broken === undefined ? done(text, json) : notPassed(text, json)
  }

const entryLine = ({ seq, at, event, digest, actor, facts }: PolicyHistoryEntry): string => {
  const { name, reason, client } = facts
  return [
    String(seq).padStart(4),
    new Date(at).toISOString(),
    event,
    ...(digest === undefined ? [] : [digest.slice(0, 12)]),
    ...(typeof client === 'string' ? [`client ${client}`] : []),
    `by ${typeof name === 'string' ? `${name} (${actor})` : actor}${typeof reason === 'string' ? `: ${reason}` : ''}`,
  ].join('  ')
}
