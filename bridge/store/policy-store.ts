import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type {
  ActivePolicy,
  OffSwitch,
  PolicyInForce,
  PolicyStore,
  PolicyVersion,
  Proposal,
} from '../app/policy/policy-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type Instant, type RealmName } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const scope = z.enum(['realm', 'client'])

const versionRow = z
  .object({
    realm: z.string(),
    digest: z.string(),
    name: z.string(),
    revision: integerColumn,
    engine: integerColumn.pipe(z.literal(1)),
    text: z.string(),
    added_at: integerColumn,
    added_by: z.string(),
  })
  .transform(
    ({ realm, added_at, added_by, ...row }): PolicyVersion => ({
      realm: asId(realm),
      ...row,
      addedAt: added_at,
      addedBy: added_by,
    }),
  )

const inForceRow = z
  .object({ digest: optionalColumn(z.string()), switched_off: optionalColumn(scope) })
  .transform((row): PolicyInForce => ({ digest: row.digest, switchedOff: row.switched_off }))

const activeRow = z
  .object({
    digest: z.string(),
    since: integerColumn,
    expires_at: optionalColumn(integerColumn),
    falls_back_to: optionalColumn(z.string()),
  })
  .transform(
    (row): ActivePolicy => ({
      digest: row.digest,
      since: row.since,
      expiresAt: row.expires_at,
      fallsBackTo: row.falls_back_to,
    }),
  )

const proposalRow = z
  .object({
    realm: z.string(),
    digest: z.string(),
    proposed_by: z.string(),
    proposed_by_name: z.string(),
    proposed_at: integerColumn,
    reason: optionalColumn(z.string()),
    expires_at: optionalColumn(integerColumn),
    against: optionalColumn(z.string()),
  })
  .transform(
    (row): Proposal => ({
      realm: asId(row.realm),
      digest: row.digest,
      by: row.proposed_by,
      byName: row.proposed_by_name,
      at: row.proposed_at,
      reason: row.reason,
      expiresAt: row.expires_at,
      against: row.against,
    }),
  )

const switchRow = z
  .object({
    realm: z.string(),
    scope,
    client: z.string(),
    thrown_by: z.string(),
    thrown_at: integerColumn,
    reason: z.string(),
  })
  .transform(
    (row): OffSwitch => ({
      realm: asId(row.realm),
      client: row.scope === 'realm' ? undefined : row.client,
      by: row.thrown_by,
      at: row.thrown_at,
      reason: row.reason,
    }),
  )

const versionColumns = sql.raw('realm, digest, name, revision, engine, text, added_at, added_by')
const proposalColumns = sql.raw(
  'realm, digest, proposed_by, proposed_by_name, proposed_at, reason, expires_at, against',
)

/** The digest in force at a time: once a loosening ran out, what it gives way to, and null where that is nothing. */
const digestAt = (now: Instant): RawBuilder<unknown> =>
  sql`case when held.expires_at is null or held.expires_at > ${now} then held.digest else held.falls_back_to end`

/** The policies of realms, their switches and proposals. Whatever changes which one is active is one statement. */
export const createPolicyStore = (executor: Executor): PolicyStore => ({
  addVersion: async ({ realm, digest, name, revision, engine, text, addedAt, addedBy }) => {
    await countOf(
      executor,
      sql`insert into policy_version (${versionColumns})
        values (${realm}, ${digest}, ${name}, ${revision}, ${engine}, ${text}, ${addedAt}, ${addedBy})
        on conflict (realm, digest) do nothing returning digest`,
    )
  },

  findVersion: async (realm, digest) => {
    const [version] = await rowsOf(
      executor,
      versionRow,
      sql`select ${versionColumns} from policy_version where realm = ${realm} and digest = ${digest}`,
    )
    return version
  },

  listVersions: (realm) =>
    rowsOf(
      executor,
      versionRow,
      sql`select ${versionColumns} from policy_version where realm = ${realm}
        order by added_at desc, revision desc, digest`,
    ),

  inForce: async (realm, client, now) => {
    const [row] = await rowsOf(
      executor,
      inForceRow,
      sql`select
          (select ${digestAt(now)} from policy_active as held where held.realm = ${realm}) as digest,
          (select scope from fallback_switch
            where realm = ${realm} and (scope = 'realm' or client = ${client})
            order by scope desc limit 1) as switched_off`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row
  },

  findActive: async (realm, now) => {
    const [row] = await rowsOf(
      executor,
      activeRow,
      sql`select digest, since, expires_at, falls_back_to from policy_active where realm = ${realm}`,
    )
    return row === undefined ? undefined : activeAt(row, now)
  },

  activate: async (realm, active, replaces) => {
    const changed = await countOf(
      executor,
      replaces === undefined ? activateFirst(realm, active) : activateAfter(realm, active, replaces),
    )
    if (changed !== 1) throw new BridgeError('case_conflict')
  },

  deactivate: async (realm, digest, now) => {
    const gone = await countOf(
      executor,
      sql`delete from policy_active as held where held.realm = ${realm} and ${digestAt(now)} = ${digest}
        returning realm`,
    )
    if (gone !== 1) throw new BridgeError('case_conflict')
  },

  findProposal: async (realm) => {
    const [proposal] = await rowsOf(
      executor,
      proposalRow,
      sql`select ${proposalColumns} from policy_proposal where realm = ${realm}`,
    )
    return proposal
  },

  propose: async ({ realm, digest, by, byName, at, reason, expiresAt, against }) => {
    await countOf(
      executor,
      sql`insert into policy_proposal (${proposalColumns})
        values (${realm}, ${digest}, ${by}, ${byName}, ${at}, ${reason ?? null}, ${expiresAt ?? null},
          ${against ?? null})
        on conflict (realm) do update set digest = excluded.digest, proposed_by = excluded.proposed_by,
          proposed_by_name = excluded.proposed_by_name, proposed_at = excluded.proposed_at,
          reason = excluded.reason, expires_at = excluded.expires_at, against = excluded.against
        returning realm`,
    )
  },

  withdrawProposal: async (realm) => {
    const gone = await countOf(executor, sql`delete from policy_proposal where realm = ${realm} returning realm`)
    return gone === 1
  },

  switchOff: async ({ realm, client, by, at, reason }) => {
    const thrown = await countOf(
      executor,
      sql`insert into fallback_switch (realm, scope, client, thrown_by, thrown_at, reason)
        values (${realm}, ${scopeOf(client)}, ${client ?? ''}, ${by}, ${at}, ${reason})
        on conflict (realm, scope, client) do nothing returning realm`,
    )
    return thrown === 1
  },

  switchOn: async (realm, client) => {
    const gone = await countOf(
      executor,
      sql`delete from fallback_switch
        where realm = ${realm} and scope = ${scopeOf(client)} and client = ${client ?? ''} returning realm`,
    )
    return gone === 1
  },

  listSwitches: (realm) =>
    rowsOf(
      executor,
      switchRow,
      sql`select realm, scope, client, thrown_by, thrown_at, reason from fallback_switch where realm = ${realm}
        order by scope desc, client`,
    ),
})

const scopeOf = (client: string | undefined): 'realm' | 'client' => (client === undefined ? 'realm' : 'client')

/** Where a realm has no row, its key lets in one; where the row ran out with nothing behind it, the update does. */
const activateFirst = (realm: RealmName, { digest, since, expiresAt, fallsBackTo }: ActivePolicy) =>
  sql`insert into policy_active as held (realm, digest, since, expires_at, falls_back_to)
    values (${realm}, ${digest}, ${since}, ${expiresAt ?? null}, ${fallsBackTo ?? null})
    on conflict (realm) do update set digest = excluded.digest, since = excluded.since,
      expires_at = excluded.expires_at, falls_back_to = excluded.falls_back_to
      where ${digestAt(since)} is null
    returning realm`

const activateAfter = (realm: RealmName, { digest, since, expiresAt, fallsBackTo }: ActivePolicy, replaces: string) =>
  sql`update policy_active as held
    set digest = ${digest}, since = ${since}, expires_at = ${expiresAt ?? null}, falls_back_to = ${fallsBackTo ?? null}
    where held.realm = ${realm} and ${digestAt(since)} = ${replaces} returning realm`

const activeAt = (row: ActivePolicy, now: Instant): ActivePolicy | undefined => {
  if (row.expiresAt === undefined || row.expiresAt > now) return row
  if (row.fallsBackTo === undefined) return undefined
  return { digest: row.fallsBackTo, since: row.expiresAt, expiresAt: undefined, fallsBackTo: undefined }
}
