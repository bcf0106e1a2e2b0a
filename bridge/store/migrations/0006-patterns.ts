import type { Engine } from '../database.ts'
import type { Migration } from '../migrate.ts'

/**
 * Failures as they are counted, the patterns that were found in them, and two more reasons for a review: that people
 * disagreed, and that failures repeat. An approval in person tells where that was and which document was seen (R23).
 * Decisions are found by their time, parts in cases by the natural person, events and notices by their case.
 */
export const patterns: Migration = {
  number: 6,
  name: 'patterns',
  statements: (engine) => {
    const dialect = dialects[engine]
    return [
      failure(dialect),
      'create index failure_by_time on failure (realm, seen_at)',
      failurePattern(dialect),
      'create index failure_pattern_by_value on failure_pattern (realm, dimension, value)',
      'create index approval_by_time on approval (realm, at)',
      'create index override_event_by_case on override_event (realm, case_id)',
      'create index notice_by_case on notice (realm, case_id) where case_id is not null',
      `create index case_participant_by_identity on case_participant (realm, identity, at) where identity is not null`,
      ...(engine === 'sqlite' ? [...patternGuards, ...widenReasonsOfSqlite] : widenReasonsOfPostgres),
      ...seenInPerson(engine),
    ]
  },
}

type Dialect = { integer: string; strict: string }

const dialects: Readonly<Record<Engine, Dialect>> = {
  sqlite: { integer: 'integer', strict: ' strict' },
  postgres: { integer: 'bigint', strict: '' },
}

const failure = ({ integer, strict }: Dialect) => `create table failure (
  realm text not null check (realm <> ''),
  user_id text not null check (user_id <> ''),
  session text not null check (session <> ''),
  failed_at ${integer} not null,
  seen_at ${integer} not null,
  class text not null check (class <> ''),
  device_model text check (length(device_model) between 1 and 100),
  authenticator_model text check (length(authenticator_model) between 1 and 100),
  site text check (length(site) between 1 and 100),
  software_version text check (length(software_version) between 1 and 100),
  time_band text not null check (length(time_band) between 1 and 100),
  primary key (realm, user_id, session, failed_at)
)${strict}`

const dimensions = `'user', 'device_model', 'authenticator_model', 'site', 'software_version', 'time_band'`

const failurePattern = ({ integer, strict }: Dialect) => `create table failure_pattern (
  realm text not null,
  case_id text not null,
  dimension text not null check (dimension in (${dimensions})),
  value text not null check (value <> ''),
  since ${integer} not null,
  until ${integer} not null check (until > since),
  failures ${integer} not null check (failures >= 1),
  people ${integer} not null check (people between 1 and failures),
  before ${integer} check (before >= 0),
  classes text not null check (length(classes) between 2 and 65536),
  primary key (realm, case_id),
  foreign key (realm, case_id) references fallback_case (realm, id)
)${strict}`

const patternGuards: readonly string[] = ['update', 'delete'].map(
  (change) => `create trigger failure_pattern_${change} before ${change} on failure_pattern
  begin select raise(abort, 'failure_pattern is append-only'); end`,
)

const reasons = `'disputed', 'unratified', 'revoked', 'break_glass', 'verbal', 'declared', 'out_of_band', 'privileged',
    'sampled', 'blind', 'disagreement', 'pattern'`

const widenReasonsOfPostgres: readonly string[] = [
  ...['update', 'delete'].map(
    (change) => `create trigger failure_pattern_${change} before ${change} on failure_pattern
  for each row execute function refuse_change('failure_pattern is append-only')`,
  ),
  `create trigger failure_pattern_truncate before truncate on failure_pattern
  for each statement execute function refuse_change('failure_pattern is append-only')`,
  'alter table review drop constraint review_reason_check',
  `alter table review add constraint review_reason_check check (reason in (${reasons}))`,
]

const reviewColumns = `realm, id, case_id, reason, severity, opened_at, due_at, person_id, person_name, done_at, cause,
  confidence, action, action_owner, action_due, note`

/** SQLite changes no check of a table that is there: the table is built anew and takes the old one's name. */
const widenReasonsOfSqlite: readonly string[] = [
  `create table new_review (
  realm text not null,
  id text not null check (id <> ''),
  case_id text not null,
  reason text not null check (reason in (${reasons})),
  severity integer not null check (severity >= 1),
  opened_at integer not null,
  due_at integer not null check (due_at >= opened_at),
  person_id text check (person_id <> ''),
  person_name text check (person_name <> ''),
  done_at integer check (done_at >= opened_at),
  cause text check (cause in ('sensor', 'environment', 'suitability', 'user_error', 'software_or_config',
    'provider_outage', 'suspected_attack', 'suspected_evasion', 'process_failure', 'unknown')),
  confidence text check (confidence in ('low', 'medium', 'high')),
  action text check (length(action) between 3 and 500),
  action_owner text check (length(action_owner) between 1 and 255),
  action_due integer,
  note text check (length(note) <= 2000),
  primary key (realm, id),
  unique (realm, case_id, reason),
  foreign key (realm, case_id) references fallback_case (realm, id),
  check ((done_at is null) = (person_id is null)),
  check (done_at is null or (person_name is not null and cause is not null and confidence is not null
    and action is not null and action_owner is not null and action_due is not null and note is not null))
) strict`,
  `insert into new_review (${reviewColumns}) select ${reviewColumns} from review`,
  'drop table review',
  'alter table new_review rename to review',
  'create index review_due on review (realm, severity, due_at, id) where done_at is null',
  `create trigger review_settled before update on review when old.done_at is not null or ${[
    'realm',
    'id',
    'case_id',
    'reason',
    'severity',
    'opened_at',
    'due_at',
  ]
    .map((column) => `new.${column} is distinct from old.${column}`)
    .join(' or ')}
  begin select raise(abort, 'a review is done once'); end`,
  `create trigger review_kept before delete on review begin select raise(abort, 'review is append-only'); end`,
]

const documents = `'identity_card', 'passport', 'driving_licence', 'residence_permit', 'staff_badge', 'known_by_sight'`

/** Every column but state and settled_at, as 0005 has them, and the two new ones. */
const contentOfApproval =
  'realm, id, case_id, person_id, person_name, identity, verdict, method, reason, facts_digest, acr, auth_time, token, ' +
  'at, recorded_by, confirm_by, place, document'

/** Rows from before were in person without either. A trigger cannot be changed: the one that guards the content is made anew. */
function seenInPerson(engine: Engine): readonly string[] {
  const changes = contentOfApproval.split(', ').map((column) => `new.${column} is distinct from old.${column}`)
  const when = `old.state <> 'pending' or ${changes.join(' or ')}`
  const because = 'an approval is settled once, and its content never changes'
  const isUnseen = `new.verdict = 'approve' and new.method = 'in_person' and new.place is null`
  const needsPlace = 'an approval in person tells where it was'
  return [
    `alter table approval add column place text
    check (place is null or (length(place) between 2 and 100 and coalesce(method, '') = 'in_person'))`,
    `alter table approval add column document text
    check ((document is null) = (place is null) and (document is null or document in (${documents})))`,
    ...(engine === 'sqlite'
      ? [
          'drop trigger approval_settled',
          `create trigger approval_settled before update on approval when ${when}
  begin select raise(abort, '${because}'); end`,
          `create trigger approval_in_person before insert on approval when ${isUnseen}
  begin select raise(abort, '${needsPlace}'); end`,
        ]
      : [
          'drop trigger approval_settled on approval',
          `create trigger approval_settled before update on approval
  for each row when (${when}) execute function refuse_change('${because}')`,
          `create trigger approval_in_person before insert on approval
  for each row when (${isUnseen}) execute function refuse_change('${needsPlace}')`,
        ]),
  ]
}
