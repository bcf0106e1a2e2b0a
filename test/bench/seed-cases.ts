import { sql } from 'kysely'
import type { Database } from '../../bridge/store/database.ts'

/**
 * Fills the database with ended cases of other users: per case its row, four history entries and three confirmed
 * override events, which is what a case leaves behind.
 */
export const seedCases = async (database: Database, from: number, to: number): Promise<void> => {
  const numbers = sql`with recursive n (i) as (select ${from} union all select i + 1 from n where i < ${to - 1})`
  const hash = '0'.repeat(64)
  await database.kysely.transaction().execute(async (tx) => {
    await sql`${numbers} insert into fallback_case (realm, id, user_id, ordinal, session, tab, client, execution, state,
        version, profile, policy_digest, path, offered, failure_class, attempts, opened_at, expires_at, granted_at, ends_at)
      select 'demo', 'fb-seed-' || i, 'seed-' || (i / 20), i % 20 + 1, 's' || i, 't', 'app', 'step', 'ended', 5, 'standard',
        ${hash}, 'password-bridge-totp', '[]', 'other', 1, i, i + 1, i + 1, i + 2 from n`.execute(tx)
    for (let seq = 1; seq <= 4; seq += 1) {
      await sql`${numbers} insert into case_history (realm, case_id, seq, at, event, state, actor, facts, previous, hash)
        select 'demo', 'fb-seed-' || i, ${seq}, i, 'open', 'opened', 'system', '{}', ${hash}, ${hash} from n`.execute(
        tx,
      )
    }
    for (let event = 1; event <= 3; event += 1) {
      await sql`${numbers} insert into override_event (realm, id, case_id, user_id, name, at, representation, state,
          written_at, confirmed_at)
        select 'demo', 'seed-' || i || '-' || ${String(event)}, 'fb-seed-' || i, 'seed-' || (i / 20), 'CASE_OPENED', i, '{}',
          'confirmed', i, i from n`.execute(tx)
    }
  })
}
