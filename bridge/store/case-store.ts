import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { CaseChange, CaseStore } from '../app/ports.ts'
import { caseStates, type FallbackCase, openStates } from '../domain/case.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type PathId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const caseRow = z
  .object({
    realm: z.string(),
    id: z.string(),
    user_id: z.string(),
    session: z.string(),
    tab: z.string(),
    client: z.string(),
    execution: z.string(),
    state: z.enum(caseStates),
    version: integerColumn,
    profile: z.string(),
    policy_digest: z.string(),
    path: optionalColumn(z.string()),
    offered: jsonColumn<unknown>().pipe(z.array(z.string())),
    failure_class: z.string(),
    attempts: integerColumn,
    pending_attempt: optionalColumn(z.string()),
    opened_at: integerColumn,
    expires_at: integerColumn,
    granted_at: optionalColumn(integerColumn),
    ends_at: optionalColumn(integerColumn),
  })
  .transform(
    (row): FallbackCase => ({
      realm: asId(row.realm),
      user: asId(row.user_id),
      session: row.session,
      tab: row.tab,
      client: row.client,
      execution: row.execution,
      id: asId(row.id),
      state: row.state,
      version: row.version,
      profile: row.profile,
      policyDigest: row.policy_digest,
      path: row.path === undefined ? undefined : asId<PathId>(row.path),
      offered: row.offered.map((path) => asId<PathId>(path)),
      failureClass: row.failure_class,
      attempts: row.attempts,
      pendingAttempt: row.pending_attempt,
      openedAt: row.opened_at,
      expiresAt: row.expires_at,
      grantedAt: row.granted_at,
      endsAt: row.ends_at,
    }),
  )

const countRow = z.object({ count: integerColumn })
const stateRow = z.object({ state: z.enum(caseStates), profile: z.string(), count: integerColumn })
const attemptsRow = z.object({ attempts: integerColumn })

const columns = sql.raw(
  'realm, id, user_id, session, tab, client, execution, state, version, profile, policy_digest, path, offered, ' +
    'failure_class, attempts, pending_attempt, opened_at, expires_at, granted_at, ends_at',
)

/** As text, as the index of open cases has them: SQLite finds few open cases among many others by no other words. */
const openStatesOfIndex = sql.raw(openStates.map((state) => `'${state}'`).join(', '))

/** The cases. A second open case of a user is refused by an index: `insert` throws case_conflict. */
export const createCaseStore = (executor: Executor): CaseStore => {
  const one = async (statement: RawBuilder<unknown>) => (await rowsOf(executor, caseRow, statement))[0]

  return {
    insert: async (fresh) => {
      // The ordinal counts a user's cases, so that the newest is known even of two opened in one millisecond.
      await countOf(
        executor,
        sql`insert into fallback_case (ordinal, ${columns})
          values (
            (select coalesce(max(ordinal), 0) + 1 from fallback_case
              where realm = ${fresh.realm} and user_id = ${fresh.user}),
            ${fresh.realm}, ${fresh.id}, ${fresh.user}, ${fresh.session}, ${fresh.tab}, ${fresh.client},
            ${fresh.execution}, ${fresh.state}, ${fresh.version}, ${fresh.profile}, ${fresh.policyDigest},
            ${fresh.path ?? null}, ${JSON.stringify(fresh.offered)}, ${fresh.failureClass}, ${fresh.attempts},
            ${fresh.pendingAttempt ?? null}, ${fresh.openedAt}, ${fresh.expiresAt}, ${fresh.grantedAt ?? null},
            ${fresh.endsAt ?? null})
          returning id`,
      )
    },

    find: (realm, id) => one(sql`select ${columns} from fallback_case where realm = ${realm} and id = ${id}`),

    findByBinding: ({ realm, user, session, tab, client, execution }) =>
      one(sql`select ${columns} from fallback_case
        where realm = ${realm} and user_id = ${user} and session = ${session} and tab = ${tab}
          and client = ${client} and execution = ${execution}
        order by ordinal desc limit 1`),

    findOpen: (realm, user) =>
      one(sql`select ${columns} from fallback_case
        where realm = ${realm} and user_id = ${user} and state in (${sql.join([...openStates])})`),

    openSince: (realm, since, most) =>
      rowsOf(
        executor,
        caseRow,
        sql`select ${columns} from fallback_case
          where realm = ${realm} and state in (${openStatesOfIndex}) and opened_at >= ${since}
          order by opened_at, id limit ${most}`,
      ),

    findNewestOfSession: (realm, user, session) =>
      one(sql`select ${columns} from fallback_case
        where realm = ${realm} and user_id = ${user} and session = ${session} order by ordinal desc limit 1`),

    hasLetIn: async (realm, user, session) => {
      const granted = await countOf(
        executor,
        sql`select id from fallback_case
          where realm = ${realm} and user_id = ${user} and session = ${session} and granted_at is not null limit 1`,
      )
      return granted > 0
    },

    page: (realm, { states, profile, user, since, until, after, count }) =>
      rowsOf(
        executor,
        caseRow,
        sql`select ${columns} from fallback_case
          where ${sql.join(
            [
              sql`realm = ${realm}`,
              sql`state in (${sql.join([...states])})`,
              ...(profile === undefined ? [] : [sql`profile = ${profile}`]),
              ...(user === undefined ? [] : [sql`user_id = ${user}`]),
              ...(since === undefined ? [] : [sql`opened_at >= ${since}`]),
              ...(until === undefined ? [] : [sql`opened_at < ${until}`]),
              ...(after === undefined ? [] : [sql`id < ${after}`]),
            ],
            sql` and `,
          )}
          order by id desc limit ${count}`,
      ),

    countByState: (realm, { since, until }) =>
      rowsOf(
        executor,
        stateRow,
        sql`select state, profile, count(*) as count from fallback_case
          where realm = ${realm} and opened_at >= ${since} and opened_at < ${until}
          group by state, profile order by state, profile`,
      ),

    countOpenedSince: async (realm, user, since) => {
      const [row] = await rowsOf(
        executor,
        countRow,
        sql`select count(*) as count from fallback_case
          where realm = ${realm} and user_id = ${user} and opened_at >= ${since} and session <> ''`,
      )
      if (row === undefined) throw new BridgeError('internal')
      return row.count
    },

    countGrantedSince: async (realm, user, since) => {
      const [row] = await rowsOf(
        executor,
        countRow,
        sql`select count(*) as count from fallback_case
          where realm = ${realm} and user_id = ${user} and granted_at >= ${since}`,
      )
      if (row === undefined) throw new BridgeError('internal')
      return row.count
    },

    countAttempt: async (realm, id, limit) => {
      const [row] = await rowsOf(
        executor,
        attemptsRow,
        sql`update fallback_case set attempts = attempts + 1
          where realm = ${realm} and id = ${id} and attempts < ${limit} returning attempts`,
      )
      return row?.attempts
    },

    move: async (current, to, change) => {
      const moved = await one(
        sql`update fallback_case set ${sql.join([sql`state = ${to}`, sql`version = version + 1`, ...changes(change)])}
          where realm = ${current.realm} and id = ${current.id}
            and state = ${current.state} and version = ${current.version}
          returning ${columns}`,
      )
      if (moved === undefined) throw new BridgeError('case_conflict')
      return moved
    },
  }
}

const changes = ({
  path,
  expiresAt,
  grantedAt,
  endsAt,
  pendingAttempt,
  session,
  tab,
  execution,
}: CaseChange): RawBuilder<unknown>[] => [
  ...(session === undefined ? [] : [sql`session = ${session}`]),
  ...(tab === undefined ? [] : [sql`tab = ${tab}`]),
  ...(execution === undefined ? [] : [sql`execution = ${execution}`]),
  ...(path === undefined ? [] : [sql`path = ${path}`]),
  ...(expiresAt === undefined ? [] : [sql`expires_at = ${expiresAt}`]),
  ...(grantedAt === undefined ? [] : [sql`granted_at = ${grantedAt}`]),
  ...(endsAt === undefined ? [] : [sql`ends_at = ${endsAt}`]),
  ...(pendingAttempt === undefined ? [] : [sql`pending_attempt = ${pendingAttempt}`]),
]
