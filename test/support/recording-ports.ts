import { createSecretKey, randomBytes } from 'node:crypto'
import type { People } from '../../bridge/app/people-ports.ts'
import type { Clock, SecretBox } from '../../bridge/app/ports.ts'
import type { RecordingPorts } from '../../bridge/compose-recording.ts'
import { createIds } from '../../bridge/crypto/ids.ts'
import { createSecretBox } from '../../bridge/crypto/secret-box.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'

/** A realm whose people Keycloak does not know. */
export const nobody: People = {
  find: async () => new Map(),
  findNamed: async () => undefined,
  membersOf: async () => [],
}

/** What writes cases down, in an installation that tells nobody; give what differs. */
export const recordingPorts = (clock: Clock, differs: Partial<RecordingPorts> = {}): RecordingPorts => ({
  clock,
  ids: createIds(clock),
  sha256,
  secretBox: freshSecretBox(),
  noticeChannels: [],
  noticeDigestMs: 300_000,
  ...differs,
})

const freshSecretBox = (): SecretBox => createSecretBox([{ id: '1', key: createSecretKey(randomBytes(32)) }])
