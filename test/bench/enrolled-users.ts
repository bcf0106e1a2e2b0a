import { createSecretKey, randomUUID } from 'node:crypto'
import { factorPlace } from '../../bridge/app/factor-place.ts'
import { createSecretBox } from '../../bridge/crypto/secret-box.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { createTotp } from '../../bridge/crypto/totp.ts'
import { asId, type FactorHandle, type RealmName, type UserId } from '../../bridge/domain/ids.ts'
import type { Database } from '../../bridge/store/database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'

/** A user with a confirmed TOTP of the bridge. */
export type EnrolledUser = { sub: string; name: string; handle: string; secret: string }

/** Made-up users; nothing is stored yet. */
export const newUsers = (count: number, group: string): readonly EnrolledUser[] => {
  const totp = createTotp()
  return Array.from({ length: count }, (_, at) => ({
    sub: randomUUID(),
    name: `${group}-${at}`,
    handle: randomUUID(),
    secret: totp.createSecret(),
  }))
}

/** Writes their factors to the bridge's database as enrolment would have. */
export const storeFactors = async (
  database: Database,
  { realm, dataKey, at }: { realm: string; dataKey: Buffer; at: number },
  users: readonly EnrolledUser[],
): Promise<void> => {
  const secretBox = createSecretBox([{ id: '1', key: createSecretKey(dataKey) }])
  await createUnitOfWork(database, { sha256 })(async (tx) => {
    for (const { sub, handle, secret } of users) {
      const place = { realm: asId<RealmName>(realm), user: asId<UserId>(sub), handle: asId<FactorHandle>(handle) }
      await tx.factors.insert({
        ...place,
        state: 'confirmed',
        session: 'bench',
        secret: secretBox.seal(secret, factorPlace(place)),
        lastStep: undefined,
        confirmAttempts: 1,
        createdAt: at,
        confirmedAt: at,
      })
    }
  })
}
