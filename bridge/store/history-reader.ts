import { sql } from 'kysely'
import { z } from 'zod'
import { caseEvents, caseStates } from '../domain/case.ts'
import type { HistoryEntry, HistoryFacts } from '../domain/history.ts'
import { asId, type CaseId, type RealmName } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { integerColumn, jsonColumn, rowsOf } from './query.ts'

const historyRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    seq: integerColumn,
    at: integerColumn,
    event: z.enum(['open', ...caseEvents]),
    state: z.enum(caseStates),
    actor: z.string(),
    facts: jsonColumn<HistoryFacts>(),
    previous: z.string(),
    hash: z.string(),
  })
  .transform(
    ({ realm, case_id, ...row }): HistoryEntry => ({
      ...row,
      realm: asId(realm),
      case: asId(case_id),
    }),
  )

/** One case's whole history in its order, to be verified or shown. */
export const readHistory = (executor: Executor, realm: RealmName, caseId: CaseId): Promise<readonly HistoryEntry[]> =>
  rowsOf(
    executor,
    historyRow,
    sql`select realm, case_id, seq, at, event, state, actor, facts, previous, hash from case_history
      where realm = ${realm} and case_id = ${caseId} order by seq`,
  )
