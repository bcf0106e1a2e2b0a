import { createHash, randomBytes } from 'node:crypto'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'

/** Gives the user recovery codes of Keycloak's own, as an import would; they are asked for in this order. */
export const addRecoveryCodes = async ({ admin, realm }: FallbackRealm, { id }: TestUser): Promise<string[]> => {
  const codes = Array.from({ length: 3 }, () => randomBytes(6).toString('hex').toUpperCase())
  await admin.users.update(
    { realm, id },
    {
      credentials: [
        {
          type: 'recovery-authn-codes',
          userLabel: 'on paper',
          secretData: JSON.stringify({
            codes: codes.map((code, at) => ({
              number: at + 1,
              encodedHashedValue: createHash('sha512').update(code).digest('base64'),
            })),
          }),
          credentialData: JSON.stringify({ algorithm: 'SHA-512', total: codes.length, remaining: codes.length }),
        },
      ],
    },
  )
  return codes
}
