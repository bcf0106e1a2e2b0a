import { sql } from 'kysely'
import { z } from 'zod'
import type { RequestStore } from '../app/ports.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Executor } from './database.ts'
import { countOf, jsonColumn, rowsOf } from './query.ts'

/**
 * How long a jti is kept past its expiry, and an answer past its request: more than the tolerated difference of the
 * clocks, within which an expired request still passes (K04), and more than any retry takes.
 */
const keptMs = 10 * 60_000

const answerRow = z.object({ answer: jsonColumn<StepAnswer>() })

/** Which requests were seen, and what was answered. */
export const createRequestStore = (executor: Executor): RequestStore => ({
  claim: async (realm, jti, expiresAt) => {
    const claimed = await countOf(
      executor,
      sql`insert into used_request (realm, jti, expires_at) values (${realm}, ${jti}, ${expiresAt})
        on conflict (realm, jti) do nothing returning jti`,
    )
    return claimed === 1
  },

  findAnswer: async ({ realm, user, session, tab, client, execution }, operation) => {
    const [row] = await rowsOf(
      executor,
      answerRow,
      sql`select answer from step_operation
        where realm = ${realm} and user_id = ${user} and session = ${session} and tab = ${tab}
          and client = ${client} and execution = ${execution} and operation = ${operation}`,
    )
    return row?.answer
  },

  saveAnswer: async ({ realm, user, session, tab, client, execution }, operation, answer, at) => {
    await countOf(
      executor,
      sql`insert into step_operation
          (realm, user_id, session, tab, client, execution, operation, answer, answered_at)
        values (${realm}, ${user}, ${session}, ${tab}, ${client}, ${execution}, ${operation},
          ${JSON.stringify(answer)}, ${at})
        returning operation`,
    )
  },

  sweep: async (now) => {
    const before = now - keptMs
    const requests = await countOf(executor, sql`delete from used_request where expires_at < ${before} returning jti`)
    const answers = await countOf(
      executor,
      sql`delete from step_operation where answered_at < ${before} returning operation`,
    )
    return requests + answers
  },
})
