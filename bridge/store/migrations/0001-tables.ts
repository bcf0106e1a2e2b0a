import type { Engine } from '../database.ts'
import type { Migration } from '../migrate.ts'

/**
 * All tables. The realm is part of every key, so that one realm's rows never meet another's; the one exception is the
 * number of a job, which no realm ever names. Times are epoch milliseconds.
 */
export const tables: Migration = {
  number: 1,
  name: 'tables',
  statements: (engine) => {
    const dialect = dialects[engine]
    return [
      subject(dialect),
      fallbackCase(dialect),
      ...caseIndexes,
      caseHistory(dialect),
      factor(dialect),
      'create index factor_by_user on factor (realm, user_id)',
      usedRequest(dialect),
      'create index used_request_by_age on used_request (expires_at, realm)',
      stepOperation(dialect),
      'create index step_operation_by_age on step_operation (answered_at, realm)',
      overrideEvent(dialect),
      `create index override_event_unconfirmed on override_event (realm, state, at) where state <> 'confirmed'`,
      job(dialect),
      'create index job_by_lane on job (realm, lane, id)',
      'create index job_by_due on job (due_at, realm)',
    ]
  },
}

type Dialect = { integer: string; bytes: string; counter: string; strict: string }

const dialects: Readonly<Record<Engine, Dialect>> = {
  sqlite: { integer: 'integer', bytes: 'blob', counter: 'integer primary key autoincrement', strict: ' strict' },
  postgres: {
    integer: 'bigint',
    bytes: 'bytea',
    counter: 'bigint generated always as identity primary key',
    strict: '',
  },
}

const subject = ({ integer, strict }: Dialect) => `create table subject (
  realm text not null check (realm <> ''),
  user_id text not null check (user_id <> ''),
  failures_since_success ${integer} not null check (failures_since_success >= 0),
  failures_since_lock ${integer} not null check (failures_since_lock >= 0),
  locked_until ${integer},
  primary key (realm, user_id)
)${strict}`

const fallbackCase = ({ integer, strict }: Dialect) => `create table fallback_case (
  realm text not null check (realm <> ''),
  id text not null check (id <> ''),
  user_id text not null check (user_id <> ''),
  ordinal ${integer} not null check (ordinal >= 1),
  session text not null,
  tab text not null,
  client text not null,
  execution text not null,
  state text not null check (state in ('opened', 'awaiting_factor', 'granted', 'in_use', 'ended', 'denied',
    'cancelled', 'expired', 'superseded')),
  version ${integer} not null check (version >= 1),
  profile text not null,
  policy_digest text not null check (length(policy_digest) = 64),
  path text,
  offered text not null,
  failure_class text not null,
  attempts ${integer} not null check (attempts >= 0),
  pending_attempt text,
  opened_at ${integer} not null,
  expires_at ${integer} not null,
  granted_at ${integer},
  ends_at ${integer},
  primary key (realm, id),
  unique (realm, user_id, ordinal),
  check (state not in ('granted', 'in_use', 'ended') or (path is not null and granted_at is not null
    and ends_at is not null and ends_at > granted_at))
)${strict}`

const caseIndexes = [
  `create unique index fallback_case_one_open on fallback_case (realm, user_id)
    where state in ('opened', 'awaiting_factor', 'granted')`,
  'create index fallback_case_by_login on fallback_case (realm, session, tab)',
]

const caseHistory = ({ integer, strict }: Dialect) => `create table case_history (
  realm text not null,
  case_id text not null,
  seq ${integer} not null check (seq >= 1),
  at ${integer} not null,
  event text not null,
  state text not null check (state in ('opened', 'awaiting_factor', 'granted', 'in_use', 'ended', 'denied',
    'cancelled', 'expired', 'superseded')),
  actor text not null check (actor <> ''),
  facts text not null,
  previous text not null check (length(previous) = 64),
  hash text not null check (length(hash) = 64),
  primary key (realm, case_id, seq),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const factor = ({ integer, bytes, strict }: Dialect) => `create table factor (
  realm text not null check (realm <> ''),
  handle text not null check (handle <> ''),
  user_id text not null check (user_id <> ''),
  state text not null check (state in ('pending', 'confirmed')),
  session text not null,
  key_id text not null,
  secret ${bytes} not null,
  last_step ${integer} check (last_step >= 0),
  confirm_attempts ${integer} not null check (confirm_attempts >= 0),
  created_at ${integer} not null,
  confirmed_at ${integer},
  primary key (realm, handle)
)${strict}`

const usedRequest = ({ integer, strict }: Dialect) => `create table used_request (
  realm text not null check (realm <> ''),
  jti text not null check (jti <> ''),
  expires_at ${integer} not null,
  primary key (realm, jti)
)${strict}`

const stepOperation = ({ integer, strict }: Dialect) => `create table step_operation (
  realm text not null check (realm <> ''),
  user_id text not null,
  session text not null,
  tab text not null,
  client text not null,
  execution text not null,
  operation text not null check (operation <> ''),
  answer text not null,
  answered_at ${integer} not null,
  primary key (realm, user_id, session, tab, client, execution, operation)
)${strict}`

const overrideEvent = ({ integer, strict }: Dialect) => `create table override_event (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  user_id text not null,
  name text not null,
  at ${integer} not null,
  representation text not null,
  state text not null check (state in ('due', 'written', 'confirmed', 'parked')),
  written_at ${integer},
  confirmed_at ${integer},
  primary key (realm, id),
  foreign key (realm, case_id) references fallback_case (realm, id),
  check (state <> 'written' or written_at is not null),
  check ((state = 'confirmed') = (confirmed_at is not null))
)${strict}`

const job = ({ integer, counter, strict }: Dialect) => `create table job (
  id ${counter},
  realm text not null check (realm <> ''),
  kind text not null,
  lane text not null check (lane <> ''),
  about text not null,
  due_at ${integer} not null,
  attempts ${integer} not null check (attempts >= 0),
  lease_owner text,
  lease_until ${integer},
  check ((lease_owner is null) = (lease_until is null))
)${strict}`
