import assert from 'node:assert/strict'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { verifyExport } from '../../bridge/domain/export/verify-export.ts'
import type { CaseId, RealmName } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { readExport } from '../../bridge/operations-client/read-export.ts'
import type { PeopleBridge } from './people-installation.ts'

/** The policy of these tests is no document that is stored. What people say where nothing changes stands alone. */
const expected = /^incomplete (policy_missing policy|record_unbound (dispute|evidenceReview))$/

/** What a verifier finds in the export of a case, but for what has to be so; `auditor` is somebody of the realm. */
export const faultsOfExport = async (
  { operations, actor }: PeopleBridge,
  { realm, id, policy }: { realm: RealmName; id: CaseId; policy: Policy },
): Promise<readonly string[]> => {
  const exported = await operations.exportCase(actor('auditor', realm), { case: id })
  assert.equal(exported.outcome, 'done')
  const read = readExport(exported.outcome === 'done' ? exported.export : '')
  if (read.outcome !== 'read') return [read.because]
  const found = verifyExport(sha256, read.told, policy).map(({ weight, code, at }) => `${weight} ${code} ${at}`)
  return found.filter((one) => !expected.test(one))
}
