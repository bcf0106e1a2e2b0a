import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { DecisionStore, StoredDecision } from '../app/policy/policy-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type CaseId, type RealmName } from '../domain/ids.ts'
import { canonicalText } from '../domain/policy/canonical-text.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, rowsOf } from './query.ts'

const decisionRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    at: integerColumn,
    policy_digest: z.string(),
    facts: z.string(),
    decision: z.string(),
  })
  .transform(
    (row): StoredDecision => ({
      realm: asId(row.realm),
      case: asId(row.case_id),
      at: row.at,
      policyDigest: row.policy_digest,
      // The tables are append-only and hold what `insert` was given, so the texts are facts and decisions.
      facts: JSON.parse(row.facts),
      decision: JSON.parse(row.decision),
      factsText: row.facts,
      decisionText: row.decision,
    }),
  )

const timeRow = z.object({ at: integerColumn })
const columns = sql.raw('realm, case_id, at, policy_digest, facts, decision')

/** What was decided about each case and from which facts, as canonical JSON (R9, I13); append-only. */
export const createDecisionStore = (executor: Executor): DecisionStore => ({
  insert: async ({ realm, case: id, at, policyDigest, facts, decision }) => {
    await countOf(
      executor,
      sql`insert into case_decision (${columns})
        values (${realm}, ${id}, ${at}, ${policyDigest}, ${canonicalText(facts)}, ${canonicalText(decision)})
        returning case_id`,
    )
  },

  find: async (realm, id) => {
    const [stored] = await rowsOf(
      executor,
      decisionRow,
      sql`select ${columns} from case_decision where realm = ${realm} and case_id = ${id}`,
    )
    return stored
  },

  page: async (realm, { since, after, count }) => {
    const behind = after === undefined ? sql`` : sql`and ${await isBehind(executor, realm, after)}`
    return rowsOf(
      executor,
      decisionRow,
      sql`select ${columns} from case_decision where realm = ${realm} and at >= ${since} ${behind}
        order by at, case_id limit ${count}`,
    )
  },
})

/** A case without a decision is no place in the order: an empty page would pass for the end. */
const isBehind = async (executor: Executor, realm: RealmName, after: CaseId): Promise<RawBuilder<unknown>> => {
  const [last] = await rowsOf(
    executor,
    timeRow,
    sql`select at from case_decision where realm = ${realm} and case_id = ${after}`,
  )
  if (last === undefined) throw new BridgeError('internal')
  return sql`(at, case_id) > (${last.at}, ${after})`
}
