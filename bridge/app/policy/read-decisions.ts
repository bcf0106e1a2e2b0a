import type { CaseId, Instant, RealmName } from '../../domain/ids.ts'
import type { UnitOfWork } from '../ports.ts'
import type { StoredDecision } from './policy-ports.ts'

/** Decisions that are read at once; between two pages others have their turn at the database. */
const pageSize = 500

/** A realm's stored decisions since a time, oldest first, page by page, each page in a transaction of its own. */
export async function* readDecisions(
  unitOfWork: UnitOfWork,
  realm: RealmName,
  since: Instant,
): AsyncGenerator<readonly StoredDecision[]> {
  let after: CaseId | undefined
  for (;;) {
    const page = await unitOfWork((tx) => tx.decisions.page(realm, { since, after, count: pageSize }))
    if (page.length === 0) return
    yield page
    after = page.at(-1)?.case
  }
}
