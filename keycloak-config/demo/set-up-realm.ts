import { createHash } from 'node:crypto'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import type { AdminAccess } from '../server/admin-client.ts'

const FINGERPRINT = 'fallback.demo.fingerprint'

/** What happened to the realm. */
export type RealmSetUp = 'created' | 'unchanged' | 'replaced'

/**
 * Brings the realm to this representation. A realm made from the very same one stays, with all its users; any other of
 * that name is removed first. The realm keeps a fingerprint of its representation as an attribute to tell them apart.
 */
export const setUpRealm = async (
  { admin, forgetToken }: AdminAccess,
  representation: RealmRepresentation & { realm: string },
): Promise<RealmSetUp> => {
  const fingerprint = createHash('sha256').update(JSON.stringify(representation)).digest('hex')
  // The client's type says undefined for a realm that is not there; what comes is null.
  const existing = (await admin.realms.findOne({ realm: representation.realm })) ?? undefined
  if (existing?.attributes?.[FINGERPRINT] === fingerprint) return 'unchanged'
  if (existing !== undefined) await admin.realms.del({ realm: representation.realm })
  await admin.realms.create({
    ...representation,
    attributes: { ...representation.attributes, [FINGERPRINT]: fingerprint },
  })
  forgetToken()
  return existing === undefined ? 'created' : 'replaced'
}
