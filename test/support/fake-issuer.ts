import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, exportJWK, type JWTPayload, type JWTVerifyGetKey, SignJWT } from 'jose'

/** Claims and signature of a person's access token, as Keycloak makes it; `undefined` takes a claim away. */
export type TokenWishes = {
  claims?: Readonly<Record<string, unknown>>
  header?: Readonly<Record<string, unknown>>
  key?: KeyObject | Uint8Array
}

const kid = 'realm-key'

/** A realm's key, its public half, and tokens made with it. `now` in epoch milliseconds. */
export const createTokenMaker = async (issuer: () => string, now: () => number) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] }
  const keys: JWTVerifyGetKey = createLocalJWKSet(jwks)

  const claimsOf = (differs: Readonly<Record<string, unknown>>): JWTPayload => {
    const seconds = Math.floor(now() / 1000)
    const claims: Record<string, unknown> = {
      iss: issuer(),
      aud: ['test-bridge', 'account'],
      sub: 'user-1',
      sid: 'session-1',
      typ: 'Bearer',
      azp: 'fallback-bridge-cli',
      preferred_username: 'policy-owner',
      acr: 'passkey',
      auth_time: seconds - 60,
      iat: seconds,
      exp: seconds + 300,
      realm_access: { roles: ['fallback-policy-admin', 'offline_access'] },
      ...differs,
    }
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
  }

  const token = ({ claims = {}, header = {}, key = privateKey }: TokenWishes = {}): Promise<string> =>
    new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT', ...header }).sign(key)

  /** A token of the algorithm `none`, with no signature at all. */
  const unsigned = (): string => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${part({ alg: 'none', typ: 'JWT', kid })}.${part(claimsOf({}))}.`
  }
  return { token, unsigned, keys, jwks, publicKey }
}

/** What a fake realm answers at its device, token and key endpoints; change it between requests. */
export type FakeIssuer = {
  url: string
  issuer: string
  /** Answers of the token endpoint, one a poll, the last one for ever. */
  polls: (() => Promise<{ status: number; body: object }> | { status: number; body: object })[]
  device: { status: number; body: object }
  /** Accounts of which the endpoint of the bridge's jar tells. */
  people: readonly object[]
  /** Forms that were posted, by the end of the path. */
  posted: { path: string; form: URLSearchParams }[]
  make: Awaited<ReturnType<typeof createTokenMaker>>
  close: () => Promise<void>
}

/** Starts one on this machine, for the realm `demo`. */
export const startFakeIssuer = async (): Promise<FakeIssuer> => {
  let url = ''
  const make = await createTokenMaker(
    () => `${url}/realms/demo`,
    () => Date.now(),
  )
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = (request.url ?? '').replace('/realms/demo/protocol/openid-connect/', '')
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const send = ({ status, body }: { status: number; body: object }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (request.method === 'POST') fake.posted.push({ path, form })
    if (path === 'certs') send({ status: 200, body: make.jwks })
    else if (path === 'auth/device') send(fake.device)
    else if (path.startsWith('/admin/realms/demo/fallback-bridge/people?')) {
      send({ status: 200, body: { people: fake.people } })
    } else if (form.get('grant_type') === 'client_credentials') {
      send({ status: 200, body: { access_token: 'of-the-bridge', token_type: 'Bearer', expires_in: 60 } })
    } else if (path === 'token') {
      const next = fake.polls.length > 1 ? fake.polls.shift() : fake.polls[0]
      send((await next?.()) ?? { status: 400, body: { error: 'authorization_pending' } })
    } else send({ status: 404, body: {} })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const fake: FakeIssuer = {
    url,
    issuer: `${url}/realms/demo`,
    polls: [],
    device: {
      status: 200,
      body: {
        device_code: 'device-code',
        user_code: 'ABCD-EFGH',
        verification_uri: `${url}/realms/demo/device`,
        verification_uri_complete: `${url}/realms/demo/device?user_code=ABCD-EFGH`,
        expires_in: 600,
        interval: 0.01,
      },
    },
    people: [],
    posted: [],
    make,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return fake
}
