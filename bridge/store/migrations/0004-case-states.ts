import type { Migration } from '../migrate.ts'

/** The states of a case grow by those of approvals and reviews; everything else stays as it was. */
export const caseStates: Migration = {
  number: 4,
  name: 'case-states',
  statements: (engine) => (engine === 'sqlite' ? widenStatesOfSqlite() : widenStatesOfPostgres),
}

const states = `'opened', 'awaiting_approval', 'awaiting_evidence_review', 'awaiting_factor', 'granted', 'in_use',
    'ended', 'review_due', 'closed', 'denied', 'cancelled', 'expired', 'superseded', 'revoked', 'unratified'`
const openStates = `'opened', 'awaiting_approval', 'awaiting_evidence_review', 'awaiting_factor', 'granted'`
const wasGranted = `state not in ('granted', 'in_use', 'ended') or (path is not null and granted_at is not null
    and ends_at is not null and ends_at > granted_at)`

const widenStatesOfPostgres: readonly string[] = [
  'alter table fallback_case drop constraint fallback_case_state_check',
  `alter table fallback_case add constraint fallback_case_state_check check (state in (${states}))`,
  'alter table case_history drop constraint case_history_state_check',
  `alter table case_history add constraint case_history_state_check check (state in (${states}))`,
  'drop index fallback_case_one_open',
  `create unique index fallback_case_one_open on fallback_case (realm, user_id) where state in (${openStates})`,
]

const caseColumns = `realm, id, user_id, ordinal, session, tab, client, execution, state, version, profile,
  policy_digest, path, offered, failure_class, attempts, pending_attempt, opened_at, expires_at, granted_at, ends_at`
const historyColumns = 'realm, case_id, seq, at, event, state, actor, facts, previous, hash'
const eventColumns = 'realm, id, case_id, user_id, name, at, representation, state, written_at, confirmed_at'
const decisionColumns = 'realm, case_id, at, policy_digest, facts, decision'

/**
 * SQLite changes no check of a table that is there. So the table and those that refer to it are built anew beside the
 * old ones and take their names; foreign keys stay switched on, and follow the new names by themselves.
 */
const widenStatesOfSqlite = (): readonly string[] => [
  `create table new_fallback_case (
  realm text not null check (realm <> ''),
  id text not null check (id <> ''),
  user_id text not null check (user_id <> ''),
  ordinal integer not null check (ordinal >= 1),
  session text not null,
  tab text not null,
  client text not null,
  execution text not null,
  state text not null check (state in (${states})),
  version integer not null check (version >= 1),
  profile text not null,
  policy_digest text not null check (length(policy_digest) = 64),
  path text,
  offered text not null,
  failure_class text not null,
  attempts integer not null check (attempts >= 0),
  pending_attempt text,
  opened_at integer not null,
  expires_at integer not null,
  granted_at integer,
  ends_at integer,
  primary key (realm, id),
  unique (realm, user_id, ordinal),
  check (${wasGranted})
) strict`,
  `create table new_case_history (
  realm text not null,
  case_id text not null,
  seq integer not null check (seq >= 1),
  at integer not null,
  event text not null,
  state text not null check (state in (${states})),
  actor text not null check (actor <> ''),
  facts text not null,
  previous text not null check (length(previous) = 64),
  hash text not null check (length(hash) = 64),
  primary key (realm, case_id, seq),
  foreign key (realm, case_id) references new_fallback_case (realm, id)
) strict`,
  `create table new_override_event (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  user_id text not null,
  name text not null,
  at integer not null,
  representation text not null,
  state text not null check (state in ('due', 'written', 'confirmed', 'parked')),
  written_at integer,
  confirmed_at integer,
  primary key (realm, id),
  foreign key (realm, case_id) references new_fallback_case (realm, id),
  check (state <> 'written' or written_at is not null),
  check ((state = 'confirmed') = (confirmed_at is not null))
) strict`,
  `create table new_case_decision (
  realm text not null,
  case_id text not null,
  at integer not null,
  policy_digest text not null check (length(policy_digest) = 64),
  facts text not null check (length(facts) between 2 and 1048576),
  decision text not null check (length(decision) between 2 and 1048576),
  primary key (realm, case_id),
  foreign key (realm, case_id) references new_fallback_case (realm, id)
) strict`,
  `insert into new_fallback_case (${caseColumns}) select ${caseColumns} from fallback_case`,
  `insert into new_case_history (${historyColumns}) select ${historyColumns} from case_history`,
  `insert into new_override_event (${eventColumns}) select ${eventColumns} from override_event`,
  `insert into new_case_decision (${decisionColumns}) select ${decisionColumns} from case_decision`,
  'drop table case_history',
  'drop table override_event',
  'drop table case_decision',
  'drop table fallback_case',
  'alter table new_fallback_case rename to fallback_case',
  'alter table new_case_history rename to case_history',
  'alter table new_override_event rename to override_event',
  'alter table new_case_decision rename to case_decision',
  `create unique index fallback_case_one_open on fallback_case (realm, user_id) where state in (${openStates})`,
  'create index fallback_case_by_login on fallback_case (realm, session, tab)',
  `create index override_event_unconfirmed on override_event (realm, state, at) where state <> 'confirmed'`,
  'create index case_decision_by_time on case_decision (realm, at, case_id)',
  // The triggers went with the tables.
  ...appendOnly('case_history'),
  ...appendOnly('case_decision'),
  `create trigger event_delete before delete on override_event
  begin select raise(abort, 'override_event is append-only'); end`,
  `create trigger event_content before update of realm, id, case_id, user_id, name, at, representation on override_event
  begin select raise(abort, 'the content of override_event is append-only'); end`,
  `create trigger event_confirmed before update on override_event
  when old.state = 'confirmed' and (new.state <> 'confirmed' or new.confirmed_at <> old.confirmed_at)
  begin select raise(abort, 'a confirmed override event stays confirmed'); end`,
  `create trigger attempts_fall before update of attempts on fallback_case
  when new.attempts < old.attempts begin select raise(abort, 'an attempt is never uncounted'); end`,
]

const appendOnly = (table: string, names = table === 'case_history' ? 'history' : table): readonly string[] =>
  ['update', 'delete'].map(
    (change) => `create trigger ${names}_${change} before ${change} on ${table}
  begin select raise(abort, '${table} is append-only'); end`,
  )
