import { sql } from 'kysely'
import { z } from 'zod'
import type { FailurePattern, PatternStore } from '../app/pattern/pattern-ports.ts'
import { asId } from '../domain/ids.ts'
import { dimensions } from '../domain/pattern/dimension.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const patternRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    dimension: z.enum(dimensions),
    value: z.string(),
    since: integerColumn,
    until: integerColumn,
    failures: integerColumn,
    people: integerColumn,
    before: optionalColumn(integerColumn),
    classes: jsonColumn<Readonly<Record<string, number>>>(),
  })
  .transform(({ realm, case_id, ...found }): FailurePattern => ({ ...found, realm: asId(realm), case: asId(case_id) }))

const lastRow = z
  .object({ until: integerColumn, waiting: integerColumn })
  .transform(({ until, waiting }) => ({ until, isWaiting: waiting > 0 }))

/** Patterns of failures that were found, each with its case. */
export const createPatternStore = (executor: Executor): PatternStore => ({
  insert: async ({ realm, case: about, dimension, value, since, until, failures, people, before, classes }) => {
    await countOf(
      executor,
      sql`insert into failure_pattern (realm, case_id, dimension, value, since, until, failures, people, before, classes)
        values (${realm}, ${about}, ${dimension}, ${value}, ${since}, ${until}, ${failures}, ${people},
          ${before ?? null}, ${JSON.stringify(classes)})
        returning case_id`,
    )
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      patternRow,
      sql`select realm, case_id, dimension, value, since, until, failures, people, before, classes from failure_pattern
        where realm = ${realm} and case_id = ${id}`,
    )
    return row
  },

  findLast: async (realm, dimension, value) => {
    const [row] = await rowsOf(
      executor,
      lastRow,
      sql`select p.until as until, count(r.id) as waiting from failure_pattern as p
        left join review as r on r.realm = p.realm and r.case_id = p.case_id and r.reason = 'pattern'
          and r.done_at is null
        where p.realm = ${realm} and p.dimension = ${dimension} and p.value = ${value}
        group by p.case_id, p.until order by p.until desc limit 1`,
    )
    return row
  },
})
