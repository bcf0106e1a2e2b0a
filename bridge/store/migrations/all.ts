import type { Migration } from '../migrate.ts'
import { tables } from './0001-tables.ts'
import { guards } from './0002-guards.ts'
import { policy } from './0003-policy.ts'
import { caseStates } from './0004-case-states.ts'
import { people } from './0005-people.ts'
import { patterns } from './0006-patterns.ts'

/** Every migration in its order. */
export const migrations: readonly Migration[] = [tables, guards, policy, caseStates, people, patterns]
