import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import type { FallbackRealm } from './fallback-realm.ts'
import { formOf } from './plain-browser.ts'
import { openTab, type PasskeyUser, type Tab } from './tab.ts'

const client = 'fallback-bridge-cli'

/** Signs somebody in with the passkey. */
export const byPasskey = (user: PasskeyUser) => async (tab: Tab) => {
  await tab.enterPassword(user)
  await tab.usePasskey(user.passkey)
}

/** An access token of somebody who signs in by the device authorization grant, as the command line has them do. */
export const personToken = async (
  { issuer, application }: FallbackRealm,
  signIn: (tab: Tab) => Promise<unknown>,
  tab: Tab = openTab(application),
): Promise<string> => {
  const ask = async (path: string, fields: Record<string, string>) => {
    const response = await fetch(`${issuer}/protocol/openid-connect/${path}`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client, ...fields }),
    })
    return (await response.json()) as Record<string, string>
  }
  const device = await ask('auth/device', { scope: 'openid' })
  await tab.get(device['verification_uri_complete'] ?? '')
  await signIn(tab)
  const { fields } = formOf(tab.page)
  await tab.post({ ...fields, accept: 'Yes' })
  return waitUntil('the token is given', async () => {
    const given = await ask('token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device['device_code'] ?? '',
    })
    return given['access_token'] ?? false
  })
}
