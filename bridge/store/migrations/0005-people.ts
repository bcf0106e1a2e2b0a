import type { Engine } from '../database.ts'
import type { Migration } from '../migrate.ts'

/**
 * What people do on cases: requests and approvals, ratifications, parts taken, evidence, reviews, disputes and notices.
 * Acts are append-only (I8); the keys keep one person, or
 * one identity, from counting twice (C08, C04).
 */
export const people: Migration = {
  number: 5,
  name: 'people',
  statements: (engine) => {
    const dialect = dialects[engine]
    return [
      approvalRequest(dialect),
      approval(dialect),
      ...approvalIndexes,
      ratification(dialect),
      caseParticipant(dialect),
      ...participantIndexes,
      evidenceItem(dialect),
      'create index evidence_item_by_case on evidence_item (realm, case_id)',
      evidenceOpening(dialect),
      evidenceReview(dialect),
      review(dialect),
      ...reviewIndexes,
      dispute(dialect),
      'create index dispute_by_subject on dispute (realm, user_id, at)',
      disputeWord(dialect),
      checkFreeze(dialect),
      declaredOverride(dialect),
      adminEventLook(dialect),
      bypass(dialect),
      notice(dialect),
      ...noticeIndexes,
      ...appendOnly.flatMap((table) => (engine === 'sqlite' ? sqliteTriggers(table) : postgresTriggers(table))),
      ...settledOnce.flatMap((guard) => (engine === 'sqlite' ? sqliteGuard(guard) : postgresGuard(guard))),
    ]
  },
}

type Dialect = { integer: string; bytes: string; strict: string }

const dialects: Readonly<Record<Engine, Dialect>> = {
  sqlite: { integer: 'integer', bytes: 'blob', strict: ' strict' },
  postgres: { integer: 'bigint', bytes: 'bytea', strict: '' },
}

const approvalRequest = ({ integer, strict }: Dialect) => `create table approval_request (
  realm text not null,
  case_id text not null,
  facts text not null check (length(facts) between 2 and 1048576),
  facts_digest text not null check (length(facts_digest) = 64),
  match_number text not null check (length(match_number) = 3),
  wrong_matches ${integer} not null check (wrong_matches >= 0),
  asked_at ${integer} not null,
  cleared_at ${integer} check (cleared_at >= asked_at),
  voided_at ${integer} check (voided_at >= asked_at),
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const approval = ({ integer, strict }: Dialect) => `create table approval (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  person_id text not null check (person_id <> ''),
  person_name text not null check (person_name <> ''),
  identity text check (identity <> ''),
  verdict text not null check (verdict in ('approve', 'deny')),
  state text not null check (state in ('counted', 'pending', 'confirmed', 'refused', 'lapsed')),
  method text check (method in ('call_back_on_record', 'video_and_id', 'in_person', 'manager_confirms')),
  reason text not null check (length(reason) between 10 and 500),
  facts_digest text not null check (length(facts_digest) = 64),
  acr text,
  auth_time ${integer} not null,
  token text not null check (token <> ''),
  at ${integer} not null,
  recorded_by text check (recorded_by <> '' and recorded_by <> person_id),
  confirm_by ${integer} check (confirm_by > at),
  settled_at ${integer},
  primary key (realm, id),
  foreign key (realm, case_id) references approval_request (realm, case_id),
  check ((recorded_by is null) = (confirm_by is null)),
  check ((recorded_by is null) = (state = 'counted')),
  check (verdict = 'deny' or method is not null)
)${strict}`

/** One person, and one identity, approves a case once, spoken or not (C08, C04). */
const approvalIndexes = [
  `create unique index approval_one_person on approval (realm, case_id, person_id) where verdict = 'approve'`,
  `create unique index approval_one_identity on approval (realm, case_id, identity)
    where verdict = 'approve' and identity is not null`,
  'create index approval_by_case on approval (realm, case_id, at)',
]

const ratification = ({ integer, strict }: Dialect) => `create table ratification (
  realm text not null,
  case_id text not null,
  group_path text not null check (group_path <> ''),
  due_at ${integer} not null,
  state text not null check (state in ('pending', 'ratified', 'refused', 'lapsed')),
  person_id text check (person_id <> ''),
  settled_at ${integer},
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id),
  check ((state in ('ratified', 'refused')) = (person_id is not null)),
  check ((state = 'pending') = (settled_at is null))
)${strict}`

const caseParticipant = ({ integer, strict }: Dialect) => `create table case_participant (
  realm text not null,
  case_id text not null,
  part text not null check (part in ('subject', 'opener', 'approver', 'denier', 'recorder', 'verbal_approver', 'evidence_giver',
    'evidence_reviewer', 'ratifier', 'reviewer')),
  person_id text not null check (person_id <> ''),
  person_name text not null check (person_name <> ''),
  identity text check (identity <> ''),
  at ${integer} not null,
  primary key (realm, case_id, part, person_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const participantIndexes = [
  `create unique index case_participant_identity on case_participant (realm, case_id, part, identity)
    where identity is not null and part not in ('evidence_giver', 'denier')`,
  'create index case_participant_by_person on case_participant (realm, person_id, at)',
]

const evidenceItem = ({ integer, bytes, strict }: Dialect) => `create table evidence_item (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  item text not null check (item <> ''),
  kind text not null check (kind in ('text', 'reference', 'attachment')),
  person_id text not null check (person_id <> ''),
  person_name text not null check (person_name <> ''),
  at ${integer} not null,
  is_late ${integer} not null check (is_late in (0, 1)),
  sha256 text not null check (length(sha256) = 64),
  size ${integer} not null check (size between 1 and 1048576),
  media_type text not null check (media_type in ('text/plain', 'image/png', 'image/jpeg', 'application/pdf')),
  key_id text not null,
  content ${bytes} not null,
  primary key (realm, id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const evidenceOpening = ({ integer, strict }: Dialect) => `create table evidence_opening (
  realm text not null,
  evidence_id text not null,
  person_id text not null check (person_id <> ''),
  at ${integer} not null,
  primary key (realm, evidence_id, person_id),
  foreign key (realm, evidence_id) references evidence_item (realm, id)
)${strict}`

const evidenceReview = ({ integer, strict }: Dialect) => `create table evidence_review (
  realm text not null,
  case_id text not null,
  person_id text not null check (person_id <> ''),
  person_name text not null check (person_name <> ''),
  identity text check (identity <> ''),
  verdict text not null check (verdict in ('accept', 'refuse')),
  evidence_digest text not null check (length(evidence_digest) = 64),
  reason text not null check (length(reason) between 10 and 500),
  acr text,
  auth_time ${integer} not null,
  token text not null check (token <> ''),
  at ${integer} not null,
  primary key (realm, case_id),
  foreign key (realm, case_id) references approval_request (realm, case_id)
)${strict}`

const review = ({ integer, strict }: Dialect) => `create table review (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  reason text not null check (reason in ('disputed', 'unratified', 'revoked', 'break_glass', 'verbal', 'declared',
    'out_of_band', 'privileged', 'sampled', 'blind')),
  severity ${integer} not null check (severity >= 1),
  opened_at ${integer} not null,
  due_at ${integer} not null check (due_at >= opened_at),
  person_id text check (person_id <> ''),
  person_name text check (person_name <> ''),
  done_at ${integer} check (done_at >= opened_at),
  cause text check (cause in ('sensor', 'environment', 'suitability', 'user_error', 'software_or_config',
    'provider_outage', 'suspected_attack', 'suspected_evasion', 'process_failure', 'unknown')),
  confidence text check (confidence in ('low', 'medium', 'high')),
  action text check (length(action) between 3 and 500),
  action_owner text check (length(action_owner) between 1 and 255),
  action_due ${integer},
  note text check (length(note) <= 2000),
  primary key (realm, id),
  unique (realm, case_id, reason),
  foreign key (realm, case_id) references fallback_case (realm, id),
  check ((done_at is null) = (person_id is null)),
  check (done_at is null or (person_name is not null and cause is not null and confidence is not null
    and action is not null and action_owner is not null and action_due is not null and note is not null))
)${strict}`

const reviewIndexes = ['create index review_due on review (realm, severity, due_at, id) where done_at is null']

const dispute = ({ integer, strict }: Dialect) => `create table dispute (
  realm text not null,
  case_id text not null,
  user_id text not null check (user_id <> ''),
  at ${integer} not null,
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const disputeWord = ({ integer, strict }: Dialect) => `create table dispute_word (
  hash text not null check (length(hash) = 64),
  realm text not null,
  case_id text not null,
  expires_at ${integer} not null,
  primary key (hash),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const checkFreeze = ({ integer, strict }: Dialect) => `create table check_freeze (
  realm text not null check (realm <> ''),
  user_id text not null check (user_id <> ''),
  check_name text not null check (check_name <> ''),
  frozen_at ${integer} not null,
  primary key (realm, user_id, check_name)
)${strict}`

const declaredOverride = ({ integer, bytes, strict }: Dialect) => `create table declared_override (
  realm text not null,
  case_id text not null,
  occurred_at ${integer} not null,
  recorded_at ${integer} not null check (recorded_at >= occurred_at),
  key_id text not null,
  account ${bytes} not null,
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const adminEventLook = ({ integer, strict }: Dialect) => `create table admin_event_look (
  realm text not null check (realm <> ''),
  looked_until ${integer} not null,
  primary key (realm)
)${strict}`

const bypass = ({ integer, strict }: Dialect) => `create table bypass (
  realm text not null check (realm <> ''),
  act text not null check (act <> ''),
  seen_at ${integer} not null,
  primary key (realm, act)
)${strict}`

const notice = ({ integer, bytes, strict }: Dialect) => `create table notice (
  realm text not null check (realm <> ''),
  id text not null check (id <> ''),
  case_id text,
  kind text not null check (kind <> ''),
  channel text not null check (channel in ('mail', 'webhook')),
  recipient text not null check (recipient <> ''),
  facts text not null,
  word_key_id text,
  word ${bytes},
  dedupe text not null check (dedupe <> ''),
  at ${integer} not null,
  state text not null check (state in ('due', 'sent', 'refused', 'unaddressed')),
  settled_at ${integer},
  primary key (realm, id),
  unique (realm, dedupe),
  foreign key (realm, case_id) references fallback_case (realm, id),
  check ((word is null) = (word_key_id is null)),
  check ((state = 'due') = (settled_at is null))
)${strict}`

const noticeIndexes = [`create index notice_due on notice (realm, at) where state = 'due'`]

const appendOnly: readonly string[] = [
  'case_participant',
  'evidence_item',
  'evidence_opening',
  'evidence_review',
  'dispute',
  'declared_override',
]

function sqliteTriggers(table: string): readonly string[] {
  return ['update', 'delete'].map(
    (change) => `create trigger ${table}_${change} before ${change} on ${table}
  begin select raise(abort, '${table} is append-only'); end`,
  )
}

function postgresTriggers(table: string): readonly string[] {
  return [
    ...['update', 'delete'].map(
      (change) => `create trigger ${table}_${change} before ${change} on ${table}
  for each row execute function refuse_change('${table} is append-only')`,
    ),
    `create trigger ${table}_truncate before truncate on ${table}
  for each statement execute function refuse_change('${table} is append-only')`,
  ]
}

type Settled = { table: string; when: string; because: string }

/** Rows that are written once and settled once. */
const settledOnce: readonly Settled[] = [
  {
    table: 'approval',
    when: `old.state <> 'pending' or ${changesAny(
      'realm, id, case_id, person_id, person_name, identity, verdict, method, reason, facts_digest, acr, auth_time, ' +
        'token, at, recorded_by, confirm_by',
    )}`,
    because: 'an approval is settled once, and its content never changes',
  },
  {
    table: 'ratification',
    when: `old.state <> 'pending' or ${changesAny('realm, case_id, group_path, due_at')}`,
    because: 'a ratification is settled once',
  },
  {
    table: 'review',
    when: `old.done_at is not null or ${changesAny('realm, id, case_id, reason, severity, opened_at, due_at')}`,
    because: 'a review is done once',
  },
  {
    table: 'approval_request',
    when: `old.voided_at is not null or ${changesAny('realm, case_id, facts, facts_digest, match_number, asked_at')}
    or (old.cleared_at is not null and (new.cleared_at is null or new.cleared_at <> old.cleared_at))`,
    because: 'what was asked for never changes',
  },
]

/** Whether an update changes one of these columns; null is a value like others. */
function changesAny(columns: string): string {
  return columns
    .split(', ')
    .map((column) => `new.${column} is distinct from old.${column}`)
    .join(' or ')
}

const sqliteGuard = ({ table, when, because }: Settled): readonly string[] => [
  `create trigger ${table}_settled before update on ${table} when ${when}
  begin select raise(abort, '${because}'); end`,
  `create trigger ${table}_kept before delete on ${table} begin select raise(abort, '${table} is append-only'); end`,
]

const postgresGuard = ({ table, when, because }: Settled): readonly string[] => [
  `create trigger ${table}_settled before update on ${table}
  for each row when (${when}) execute function refuse_change('${because}')`,
  `create trigger ${table}_kept before delete on ${table}
  for each row execute function refuse_change('${table} is append-only')`,
  `create trigger ${table}_truncate before truncate on ${table}
  for each statement execute function refuse_change('${table} is append-only')`,
]
