import { randomInt } from 'node:crypto'
import { type CodeApp, createCodeApp } from '../../keycloak-config/browser/code-app.ts'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Gives the user an OTP credential of Keycloak's own, as an import would, and the app that shows its codes. */
export const addKeycloakOtp = async ({ admin, realm }: FallbackRealm, { id }: TestUser): Promise<CodeApp> => {
  const secret = Array.from({ length: 32 }, () => BASE32[randomInt(BASE32.length)]).join('')
  await admin.users.update(
    { realm, id },
    {
      credentials: [
        {
          type: 'otp',
          userLabel: 'phone',
          secretData: JSON.stringify({ value: secret }),
          credentialData: JSON.stringify({
            subType: 'totp',
            digits: 6,
            counter: 0,
            period: 30,
            algorithm: 'HmacSHA1',
            secretEncoding: 'BASE32',
          }),
        },
      ],
    },
  )
  return createCodeApp(secret)
}
