import type { UserId } from '../../domain/ids.ts'
import type { Actor, People } from '../people-ports.ts'

/** Whether the actor may see a row of a list, if its subject reports to this manager. */
export type MaySee<Row> = (row: Row, subjectManager: string | undefined) => boolean

/**
 * Tells which rows of a list the actor may see, once the transaction that read them is over. Cases keep no manager, so
 * Keycloak is asked, once for all rows, about those subjects alone for whom it makes the difference that the actor is the
 * manager; for most callers that is nobody.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createSeeRows =
  (people: Pick<People, 'find'>) =>
  async <Row extends { user: UserId }>(
    { realm, person }: Actor,
    rows: readonly Row[],
    maySee: MaySee<Row>,
  ): Promise<(row: Row) => boolean> => {
    const open = rows.filter((row) => !maySee(row, undefined) && maySee(row, person.id)).map(({ user }) => user)
    const found = open.length === 0 ? undefined : await people.find(realm, [...new Set(open)])
    return (row) => maySee(row, found?.get(row.user)?.manager)
  }

export type SeeRows = ReturnType<typeof createSeeRows>
