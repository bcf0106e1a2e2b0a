import type { Engine } from '../database.ts'
import type { Migration } from '../migrate.ts'

/**
 * The policies of realms, who changed them, what was decided under them, and whether their owners can still be asked.
 * Versions, the policy history and stored decisions are append-only (I8, R9).
 */
export const policy: Migration = {
  number: 3,
  name: 'policy',
  statements: (engine) => {
    const dialect = dialects[engine]
    return [
      policyVersion(dialect),
      policyActive(dialect),
      policyProposal(dialect),
      fallbackSwitch(dialect),
      policyHistory(dialect),
      caseDecision(dialect),
      'create index case_decision_by_time on case_decision (realm, at, case_id)',
      ownerState(dialect),
      ...appendOnly.flatMap((table) => (engine === 'sqlite' ? sqliteTriggers(table) : postgresTriggers(table))),
    ]
  },
}

type Dialect = { integer: string; strict: string }

const dialects: Readonly<Record<Engine, Dialect>> = {
  sqlite: { integer: 'integer', strict: ' strict' },
  postgres: { integer: 'bigint', strict: '' },
}

const policyVersion = ({ integer, strict }: Dialect) => `create table policy_version (
  realm text not null check (realm <> ''),
  digest text not null check (length(digest) = 64),
  name text not null check (length(name) between 1 and 200),
  revision ${integer} not null check (revision >= 1),
  engine ${integer} not null check (engine = 1),
  text text not null check (length(text) between 1 and 1048576),
  added_at ${integer} not null,
  added_by text not null check (length(added_by) between 1 and 300),
  primary key (realm, digest)
)${strict}`

const policyActive = ({ integer, strict }: Dialect) => `create table policy_active (
  realm text not null,
  digest text not null,
  since ${integer} not null,
  expires_at ${integer} check (expires_at > since),
  falls_back_to text check (falls_back_to <> digest),
  primary key (realm),
  foreign key (realm, digest) references policy_version (realm, digest),
  foreign key (realm, falls_back_to) references policy_version (realm, digest),
  check (falls_back_to is null or expires_at is not null)
)${strict}`

const policyProposal = ({ integer, strict }: Dialect) => `create table policy_proposal (
  realm text not null,
  digest text not null,
  proposed_by text not null check (length(proposed_by) between 1 and 300),
  proposed_by_name text not null check (length(proposed_by_name) between 1 and 300),
  proposed_at ${integer} not null,
  reason text check (length(reason) between 1 and 500),
  expires_at ${integer},
  against text,
  primary key (realm),
  foreign key (realm, digest) references policy_version (realm, digest),
  foreign key (realm, against) references policy_version (realm, digest),
  check (reason is not null or expires_at is not null)
)${strict}`

const fallbackSwitch = ({ integer, strict }: Dialect) => `create table fallback_switch (
  realm text not null check (realm <> ''),
  scope text not null check (scope in ('realm', 'client')),
  client text not null check (length(client) <= 255),
  thrown_by text not null check (length(thrown_by) between 1 and 300),
  thrown_at ${integer} not null,
  reason text not null check (length(reason) between 1 and 500),
  primary key (realm, scope, client),
  check ((scope = 'realm') = (client = ''))
)${strict}`

const policyHistory = ({ integer, strict }: Dialect) => `create table policy_history (
  realm text not null check (realm <> ''),
  seq ${integer} not null check (seq >= 1),
  at ${integer} not null,
  event text not null check (event in ('draft_added', 'proposed', 'proposal_withdrawn', 'activated', 'deactivated',
    'switched_off', 'switched_on')),
  digest text,
  actor text not null check (length(actor) between 1 and 300),
  facts text not null,
  previous text not null check (length(previous) = 64),
  hash text not null check (length(hash) = 64),
  primary key (realm, seq),
  foreign key (realm, digest) references policy_version (realm, digest)
)${strict}`

const caseDecision = ({ integer, strict }: Dialect) => `create table case_decision (
  realm text not null,
  case_id text not null,
  at ${integer} not null,
  policy_digest text not null check (length(policy_digest) = 64),
  facts text not null check (length(facts) between 2 and 1048576),
  decision text not null check (length(decision) between 2 and 1048576),
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const ownerState = ({ integer, strict }: Dialect) => `create table owner_state (
  realm text not null check (realm <> ''),
  name text not null check (length(name) between 1 and 255),
  state text not null check (state in ('enabled', 'disabled')),
  seen_at ${integer} not null,
  primary key (realm, name)
)${strict}`

const appendOnly: readonly string[] = ['policy_version', 'policy_history', 'case_decision']

const sqliteTriggers = (table: string): readonly string[] =>
  ['update', 'delete'].map(
    (change) => `create trigger ${table}_${change} before ${change} on ${table}
  begin select raise(abort, '${table} is append-only'); end`,
  )

const postgresTriggers = (table: string): readonly string[] => [
  ...['update', 'delete'].map(
    (change) => `create trigger ${table}_${change} before ${change} on ${table}
  for each row execute function refuse_change('${table} is append-only')`,
  ),
  `create trigger ${table}_truncate before truncate on ${table}
  for each statement execute function refuse_change('${table} is append-only')`,
]
