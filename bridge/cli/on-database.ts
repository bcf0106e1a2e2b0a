import type { UnitOfWork } from '../app/ports.ts'
import type { RealmName } from '../domain/ids.ts'
import type { CommandAnswer } from './command-answer.ts'

/** What the work gave, or what to answer because the database or its settings were not to be had. */
export type Reached<Value> = { value: Value } | { answer: CommandAnswer }

/**
 * Opens the bridge's database for some work and closes it again. `realm` is the one that was asked for, which must be
 * served; where none was, the work gets all that are.
 */
export type OnDatabase = <Value>(
  realm: string | undefined,
  work: (unitOfWork: UnitOfWork, realms: readonly RealmName[]) => Promise<Value>,
) => Promise<Reached<Value>>

/** The same, for work on the one realm that was named. */
export const onRealm = async <Value>(
  onDatabase: OnDatabase,
  realm: string,
  work: (unitOfWork: UnitOfWork, realm: RealmName) => Promise<Value>,
): Promise<Reached<Value>> =>
  onDatabase(realm, (unitOfWork, [only]) => {
    if (only === undefined) throw new TypeError('no realm')
    return work(unitOfWork, only)
  })
