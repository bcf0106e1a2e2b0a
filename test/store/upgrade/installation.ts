import { createSecretKey } from 'node:crypto'
import { createSecretBox } from '../../../bridge/crypto/secret-box.ts'
import { createInstallation, type Installation } from '../../support/step-bridge.ts'

/** When the stored rows were written. */
export const writtenAt = 1_800_000_000_000

/** The installation whose rows are stored: its data key opens the secrets in them. A key of tests, of nothing else. */
export const oldInstallation = async (at: number = writtenAt): Promise<Installation> => ({
  ...(await createInstallation(at)),
  secretBox: createSecretBox([{ id: '1', key: createSecretKey(Buffer.alloc(32, 7)) }]),
})
