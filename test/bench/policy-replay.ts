import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createReplayCases } from '../../bridge/app/policy/replay-cases.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import { canonicalText } from '../../bridge/domain/policy/canonical-text.ts'
import { decide } from '../../bridge/domain/policy/decide.ts'
import { ordinaryLogin } from '../../bridge/domain/policy/ordinary-login.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { deriveFacts } from '../../bridge/policy/derive-facts.ts'
import { readCheckedPolicy } from '../../bridge/policy/read-policy.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { seedCases } from './seed-cases.ts'

/** What `policy replay` costs over stored cases, on the embedded database. */
export type ReplayFigures = {
  cases: number
  /** Seconds for 100,000 cases: taken again and compared byte for byte; and decided under another policy. */
  verifySecondsPer100k: number
  againstDraftSecondsPer100k: number
}

const realm = asId<RealmName>('demo')

/** Stores so many decided cases and replays all of them. */
export const measureReplay = async ({
  cases,
  tell,
}: {
  cases: number
  tell: (line: string) => void
}): Promise<ReplayFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-replay-'))
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const database = await openDatabase(`sqlite:${join(folder, 'bridge.db')}`, { clock: () => 0, sha256, log })
  try {
    const unitOfWork = createUnitOfWork(database, { sha256 })
    const { text, policy } = readPack('standard')
    const { digest, name, revision, engine } = policy
    const version = { realm, digest, name, revision, engine, text, addedAt: 0, addedBy: 'bench' }
    await unitOfWork((tx) => tx.policies.addVersion(version))
    tell(`storing ${cases} decided cases …`)
    await seedCases(database, 0, cases)
    const facts = ordinaryLogin(policy)
    await sql`insert into case_decision (realm, case_id, at, policy_digest, facts, decision)
      select realm, id, opened_at, ${digest}, ${canonicalText(facts)}, ${canonicalText(decide(policy, facts))}
      from fallback_case`.execute(database.kysely)
    const { verify, against } = createReplayCases({ unitOfWork, readPolicy: readCheckedPolicy, deriveFacts, sha256 })
    tell('replaying them …')
    const verifySecondsPer100k = await secondsPer100k(cases, verify({ realm, since: 0 }))
    const draft = readPack('remote').policy
    return {
      cases,
      verifySecondsPer100k,
      againstDraftSecondsPer100k: await secondsPer100k(cases, against(draft, { realm, since: 0 })),
    }
  } finally {
    await database.close()
    rmSync(folder, { recursive: true })
  }
}

const secondsPer100k = async (cases: number, replayed: AsyncIterable<unknown>): Promise<number> => {
  const startedAt = performance.now()
  let seen = 0
  for await (const _one of replayed) seen += 1
  if (seen !== cases) throw new Error(`replayed ${seen} of ${cases} cases`)
  return Math.round(((performance.now() - startedAt) / cases) * 1_000) / 10
}

const readPack = (name: string): { text: string; policy: Policy } => {
  const text = readFileSync(new URL(`../../bridge/policy/packs/${name}.yaml`, import.meta.url), 'utf8')
  const policy = readCheckedPolicy(text)
  if (policy === undefined) throw new Error(`the pack ${name} cannot be read`)
  return { text, policy }
}
