import type { FallbackCase } from '../domain/case.ts'
import type { CaseId, RealmName } from '../domain/ids.ts'
import type { Transaction } from './ports.ts'

/** Reads a case and keeps steps of its user waiting until the transaction ends, so that neither meets the other. */
export const holdCase = async (tx: Transaction, realm: RealmName, id: CaseId): Promise<FallbackCase | undefined> => {
  const seen = await tx.cases.find(realm, id)
  if (seen === undefined) return undefined
  await tx.subjects.lock(realm, seen.user)
  return tx.cases.find(realm, id)
}
