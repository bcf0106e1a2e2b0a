import type { Migration } from '../migrate.ts'

/**
 * Triggers for what must hold whatever statement comes: history and the content of override events are append-only
 * (I8), an attempt is never uncounted (I3), a used time step never comes back (I9).
 */
export const guards: Migration = {
  number: 2,
  name: 'guards',
  statements: (engine) => (engine === 'sqlite' ? sqliteTriggers() : postgresTriggers()),
}

type Guard = {
  name: string
  before: string
  table: string
  /** Refuses the row where this holds; every row where absent. Not asked for a `truncate`. */
  when?: string
  because: string
}

const content = 'realm, id, case_id, user_id, name, at, representation'

const everywhere: readonly Guard[] = [
  { name: 'history_update', before: 'update', table: 'case_history', because: 'case_history is append-only' },
  { name: 'history_delete', before: 'delete', table: 'case_history', because: 'case_history is append-only' },
  {
    name: 'event_content',
    before: `update of ${content}`,
    table: 'override_event',
    because: 'the content of override_event is append-only',
  },
  { name: 'event_delete', before: 'delete', table: 'override_event', because: 'override_event is append-only' },
  {
    name: 'event_confirmed',
    before: 'update',
    table: 'override_event',
    when: `old.state = 'confirmed' and (new.state <> 'confirmed' or new.confirmed_at <> old.confirmed_at)`,
    because: 'a confirmed override event stays confirmed',
  },
  {
    name: 'attempts_fall',
    before: 'update of attempts',
    table: 'fallback_case',
    when: 'new.attempts < old.attempts',
    because: 'an attempt is never uncounted',
  },
  {
    name: 'step_falls',
    before: 'update of last_step',
    table: 'factor',
    when: 'old.last_step is not null and (new.last_step is null or new.last_step <= old.last_step)',
    because: 'a used time step never comes back',
  },
]

const sqliteTriggers = (): readonly string[] =>
  everywhere.map(
    ({ name, before, table, when, because }) => `create trigger ${name} before ${before} on ${table}
  ${when === undefined ? '' : `when ${when} `}begin select raise(abort, '${because}'); end`,
  )

const postgresTriggers = (): readonly string[] => [
  `create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception '%', tg_argv[0] using errcode = 'restrict_violation'; end $$`,
  ...everywhere.map(
    ({ name, before, table, when, because }) => `create trigger ${name} before ${before} on ${table}
  for each row ${when === undefined ? '' : `when (${when}) `}execute function refuse_change('${because}')`,
  ),
  ...['case_history', 'override_event'].map(
    (table) => `create trigger ${table}_truncate before truncate on ${table}
  for each statement execute function refuse_change('${table} is append-only')`,
  ),
]
