import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { People } from '../../bridge/app/people-ports.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { createKeycloak } from '../../bridge/keycloak/create-keycloak.ts'
import { createTokenProvider } from '../../bridge/keycloak/token-provider.ts'
import { DEMO_CLIENTS } from '../../keycloak-config/realm/realm.ts'
import type { FallbackRealm } from './fallback-realm.ts'

/** An answer of Keycloak's admin API. */
export type AdminAnswer = { status: number; body: Record<string, unknown> | undefined }

/** A token of the bridge's own service account. */
export const bridgeToken = async ({ issuer, keys }: FallbackRealm): Promise<string> => {
  const key = createPrivateKey(await readFile(keys.clientKeyFile, 'utf8'))
  const tokens = createTokenProvider({
    tokenUrl: `${issuer}/protocol/openid-connect/token`,
    issuer,
    clientId: DEMO_CLIENTS.bridge,
    credential: { key: { reveal: () => key } },
    clock: () => Date.now(),
    timeoutMs: 5_000,
  })
  return tokens.getAccessToken()
}

/** People as the bridge's own adapter finds them; `employeeId` tells natural persons apart, `manager` their line. */
export const bridgePeople = async ({ issuer, realm, keys }: FallbackRealm): Promise<People> => {
  const key = createPrivateKey(await readFile(keys.clientKeyFile, 'utf8'))
  const url = issuer.replace(/\/realms\/.*/, '')
  const { people } = createKeycloak({
    url,
    issuerBase: url,
    realms: [asId(realm)],
    clientId: DEMO_CLIENTS.bridge,
    credential: { key: { reveal: () => key } },
    identityAttribute: 'employeeId',
    managerAttribute: 'manager',
    clock: () => Date.now(),
  })
  return people
}

/** Makes a client whose service account holds these roles of its own, and gives a token of it. */
export const serviceToken = async (
  { admin, realm, issuer }: FallbackRealm,
  clientId: string,
  roles: { own?: readonly string[]; realmManagement?: readonly string[] },
): Promise<string> => {
  const secret = `secret-of-${clientId}`
  const { id } = await admin.clients.create({ realm, clientId, secret, serviceAccountsEnabled: true })
  const { id: userId = '' } = await admin.clients.getServiceAccountUser({ realm, id })
  const assign = async (client: string, names: readonly string[]) => {
    const all = await admin.clients.listRoles({ realm, id: client })
    const chosen = all.flatMap(({ id: role = '', name = '' }) => (names.includes(name) ? [{ id: role, name }] : []))
    await admin.users.addClientRoleMappings({ realm, id: userId, clientUniqueId: client, roles: chosen })
  }
  for (const name of roles.own ?? []) await admin.clients.createRole({ realm, id, name })
  await assign(id, roles.own ?? [])
  const [management] = await admin.clients.find({ realm, clientId: 'realm-management' })
  await assign(management?.id ?? '', roles.realmManagement ?? [])
  const response = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: secret }),
  })
  const { access_token: token } = (await response.json()) as { access_token?: string }
  if (token === undefined) throw new Error(`Keycloak gave ${clientId} no token: ${response.status}`)
  return token
}

/** Asks the realm's admin API; paths begin below the realm, as in `fallback-bridge/status`. */
export const askAdmin = async (
  { issuer }: Pick<FallbackRealm, 'issuer'>,
  token: string | undefined,
  method: string,
  path: string,
  body?: object,
): Promise<AdminAnswer> => {
  const url = `${issuer.replace('/realms/', '/admin/realms/')}/${path}`
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return { status: response.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : undefined }
}
