import { sql } from 'kysely'
import { z } from 'zod'
import { type Approval, type ApprovalRequest, type ApprovalStore, approvalStates } from '../app/people-ports.ts'
import { type ChainDecision, chainOf } from '../domain/approval/approval-chain.ts'
import type { ApprovalFacts } from '../domain/approval/approval-facts.ts'
import { seenDocuments } from '../domain/approval/made-sure.ts'
import type { TimedDecision } from '../domain/approval/think-time.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import { verificationMethods } from '../domain/policy/ceilings.ts'
import { type Decision, termsOf } from '../domain/policy/decision.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const requestRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    facts: jsonColumn<ApprovalFacts>(),
    facts_digest: z.string(),
    match_number: z.string(),
    asked_at: integerColumn,
    cleared_at: optionalColumn(integerColumn),
    voided_at: optionalColumn(integerColumn),
  })
  .transform(
    (row): ApprovalRequest => ({
      realm: asId(row.realm),
      case: asId(row.case_id),
      facts: row.facts,
      factsDigest: row.facts_digest,
      match: row.match_number,
      askedAt: row.asked_at,
      clearedAt: row.cleared_at,
      voidedAt: row.voided_at,
    }),
  )

const approvalRow = z
  .object({
    realm: z.string(),
    id: z.string(),
    case_id: z.string(),
    person_id: z.string(),
    person_name: z.string(),
    identity: optionalColumn(z.string()),
    verdict: z.enum(['approve', 'deny']),
    state: z.enum(approvalStates),
    method: optionalColumn(z.enum(verificationMethods)),
    reason: z.string(),
    facts_digest: z.string(),
    acr: optionalColumn(z.string()),
    auth_time: integerColumn,
    token: z.string(),
    at: integerColumn,
    recorded_by: optionalColumn(z.string()),
    confirm_by: optionalColumn(integerColumn),
    place: optionalColumn(z.string()),
    document: optionalColumn(z.enum(seenDocuments)),
  })
  .transform(
    (row): Approval => ({
      realm: asId(row.realm),
      approval: asId(row.id),
      case: asId(row.case_id),
      id: asId(row.person_id),
      name: row.person_name,
      identity: row.identity,
      verdict: row.verdict,
      state: row.state,
      method: row.method,
      seen:
        row.place === undefined || row.document === undefined
          ? undefined
          : { place: row.place, document: row.document },
      reason: row.reason,
      factsDigest: row.facts_digest,
      acr: row.acr,
      authTime: row.auth_time,
      token: row.token,
      at: row.at,
      recordedBy: row.recorded_by === undefined ? undefined : asId(row.recorded_by),
      confirmBy: row.confirm_by,
    }),
  )

const countRow = z.object({ count: integerColumn })
const timeRow = z.object({ at: optionalColumn(integerColumn) })

const decisionRow = z
  .object({
    person_id: z.string(),
    person_name: z.string(),
    identity: optionalColumn(z.string()),
    verdict: z.enum(['approve', 'deny']),
    at: integerColumn,
    asked_at: integerColumn,
  })
  .transform(
    (row): TimedDecision => ({
      person: asId(row.person_id),
      name: row.person_name,
      identity: row.identity,
      verdict: row.verdict,
      at: row.at,
      askedAt: row.asked_at,
    }),
  )

/** What became of a spoken approval, for a report; a decision of one's own is none. */
const spokenStates = {
  counted: undefined,
  pending: 'pending',
  confirmed: 'confirmed',
  refused: 'fell',
  lapsed: 'fell',
} as const

const chainRow = z
  .object({
    id: z.string(),
    case_id: z.string(),
    user_id: z.string(),
    profile: z.string(),
    person_id: z.string(),
    person_name: z.string(),
    identity: optionalColumn(z.string()),
    verdict: z.enum(['approve', 'deny']),
    state: z.enum(approvalStates),
    at: integerColumn,
    asked_at: integerColumn,
    granted_at: optionalColumn(integerColumn),
    decision: optionalColumn(jsonColumn<Decision>()),
    ratification_state: optionalColumn(z.string()),
  })
  .transform((row): ChainDecision => {
    const spoken = spokenStates[row.state]
    const { ratification_state: ratified } = row
    const terms = row.decision === undefined ? undefined : termsOf(row.decision)
    return {
      approval: asId(row.id),
      case: asId(row.case_id),
      subject: asId(row.user_id),
      person: asId(row.person_id),
      name: row.person_name,
      identity: row.identity,
      verdict: row.verdict,
      at: row.at,
      askedAt: row.asked_at,
      chain: chainOf(row.profile, terms),
      spoken,
      isUnratified:
        row.granted_at !== undefined && (spoken === 'fell' || ratified === 'refused' || ratified === 'lapsed'),
      isDecoy: terms?.decoy !== undefined,
    }
  })

const columns = sql.raw(
  'realm, id, case_id, person_id, person_name, identity, verdict, state, method, reason, facts_digest, acr, ' +
    'auth_time, token, at, recorded_by, confirm_by, place, document',
)

/** Every no that somebody can say to a case: of an approval, a spoken one, a ratification and the evidence. */
const nos = sql.raw(
  `(select realm, case_id, at from approval where verdict = 'deny'
    union all select realm, case_id, settled_at from approval where state = 'refused'
    union all select realm, case_id, settled_at from ratification where state = 'refused'
    union all select realm, case_id, at from evidence_review where verdict = 'refuse')`,
)

/** Requests and decisions. The keys let one person, and one identity, approve a case once: `insert` throws case_conflict. */
export const createApprovalStore = (executor: Executor): ApprovalStore => ({
  ask: async ({ realm, case: id, facts, factsDigest, match, askedAt }) => {
    await countOf(
      executor,
      sql`insert into approval_request (realm, case_id, facts, facts_digest, match_number, wrong_matches, asked_at)
        values (${realm}, ${id}, ${canonicalJson(facts)}, ${factsDigest}, ${match}, 0, ${askedAt}) returning case_id`,
    )
  },

  findRequest: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      requestRow,
      sql`select realm, case_id, facts, facts_digest, match_number, asked_at, cleared_at, voided_at
        from approval_request
        where realm = ${realm} and case_id = ${id}`,
    )
    return row
  },

  markCleared: async (realm, id, at) => {
    const marked = await countOf(
      executor,
      sql`update approval_request set cleared_at = ${at}
        where realm = ${realm} and case_id = ${id} and cleared_at is null returning case_id`,
    )
    if (marked !== 1) throw new BridgeError('case_conflict')
  },

  countWrongMatch: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      countRow,
      sql`update approval_request set wrong_matches = wrong_matches + 1
        where realm = ${realm} and case_id = ${id} returning wrong_matches as count`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row.count
  },

  markVoid: async (realm, id, at) => {
    const marked = await countOf(
      executor,
      sql`update approval_request set voided_at = ${at}
        where realm = ${realm} and case_id = ${id} and voided_at is null returning case_id`,
    )
    if (marked !== 1) throw new BridgeError('case_conflict')
  },

  insert: async (one) => {
    await countOf(
      executor,
      sql`insert into approval (${columns})
        values (${one.realm}, ${one.approval}, ${one.case}, ${one.id}, ${one.name}, ${one.identity ?? null},
          ${one.verdict}, ${one.state}, ${one.method ?? null}, ${one.reason}, ${one.factsDigest}, ${one.acr ?? null},
          ${one.authTime}, ${one.token}, ${one.at}, ${one.recordedBy ?? null}, ${one.confirmBy ?? null},
          ${one.seen?.place ?? null}, ${one.seen?.document ?? null})
        returning id`,
    )
  },

  ofCase: (realm, id) =>
    rowsOf(
      executor,
      approvalRow,
      sql`select ${columns} from approval where realm = ${realm} and case_id = ${id} order by at, id`,
    ),

  settle: async (realm, approval, state, at) => {
    const settled = await countOf(
      executor,
      sql`update approval set state = ${state}, settled_at = ${at}
        where realm = ${realm} and id = ${approval} and state = 'pending' returning id`,
    )
    if (settled !== 1) throw new BridgeError('case_conflict')
  },

  countAskedSince: async (realm, user, since) => {
    const [row] = await rowsOf(
      executor,
      countRow,
      sql`select count(*) as count from approval_request as request
        join fallback_case as one on one.realm = request.realm and one.id = request.case_id
        where one.realm = ${realm} and one.user_id = ${user} and request.asked_at >= ${since}`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row.count
  },

  countDeniedSince: async (realm, user, since) => {
    const [row] = await rowsOf(
      executor,
      countRow,
      sql`select count(distinct one.id) as count from fallback_case as one
        join ${nos} as said on said.realm = one.realm and said.case_id = one.id
        where one.realm = ${realm} and one.user_id = ${user} and said.at >= ${since}`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row.count
  },

  lastDenialAt: async (realm, user) => {
    const [row] = await rowsOf(
      executor,
      timeRow,
      sql`select max(said.at) as at from fallback_case as one
        join ${nos} as said on said.realm = one.realm and said.case_id = one.id
        where one.realm = ${realm} and one.user_id = ${user}`,
    )
    return row?.at
  },

  decidedIn: async (realm, { since, until, most }) => {
    const newestFirst = await rowsOf(
      executor,
      decisionRow,
      sql`select one.person_id, one.person_name, one.identity, one.verdict, one.at, request.asked_at from approval as one
        join approval_request as request on request.realm = one.realm and request.case_id = one.case_id
        where one.realm = ${realm} and one.state = 'counted' and one.at >= ${since} and one.at < ${until}
        order by one.at desc, one.id desc limit ${most}`,
    )
    return newestFirst.toReversed()
  },

  chainsDecidedIn: (realm, { since, until, most }) =>
    rowsOf(
      executor,
      chainRow,
      sql`select one.id, one.case_id, about.user_id, about.profile, about.granted_at, one.person_id, one.person_name,
          one.identity, one.verdict, one.state, one.at, request.asked_at, decided.decision, ratified.state as ratification_state
        from (select realm, id, case_id, person_id, person_name, identity, verdict, state, at from approval
          where realm = ${realm} and at >= ${since} and at < ${until} order by at desc, id desc limit ${most}) as one
        join approval_request as request on request.realm = one.realm and request.case_id = one.case_id
        join fallback_case as about on about.realm = one.realm and about.id = one.case_id
        left join case_decision as decided on decided.realm = one.realm and decided.case_id = one.case_id
        left join ratification as ratified on ratified.realm = one.realm and ratified.case_id = one.case_id
        order by one.at desc, one.id desc`,
    ),

  countPending: async (realm) => {
    const [row] = await rowsOf(
      executor,
      countRow,
      sql`select count(*) as count from approval where realm = ${realm} and state = 'pending'`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row.count
  },
})
