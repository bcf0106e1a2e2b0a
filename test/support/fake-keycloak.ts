import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RealmStatus } from '../../bridge/app/ports.ts'

/** An admin event as the fake's log keeps it. */
export type FakeEvent = { resourceType: string; resourcePath: string; time: number; body: Record<string, unknown> }

/** A person's event as the fake's log keeps it. */
export type FakeLoginEvent = { type: string; userId: string; time: number; details?: Record<string, string> }

/** What goes wrong, until it is put right again. */
export type Faults = {
  /** Connections are cut before anything is read. */
  isDown: boolean
  /** Every so many-th event is written and its answer never sent; 0 for none. */
  dropEveryReply: number
  /** Status that the admin side answers with, and the body. */
  refusal: Reply | undefined
  /** Users whose events are malformed to the provider. */
  refusedUsers: string[]
  tokenStatus: number
  tokenLifetimeSeconds: number
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> }

const tokenPath = /^\/realms\/([^/]+)\/protocol\/openid-connect\/token$/
const adminPath =
  /^\/admin\/realms\/([^/]+)\/(events|admin-events|fallback-bridge\/(events|status|owner|people|members|sessions\/[^/]+))$/

const text = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** A Keycloak of HTTP only: tokens, the provider's endpoint and the search for admin events, of any realm's name. */
export const startFakeKeycloak = async () => {
  const faults: Faults = {
    isDown: false,
    dropEveryReply: 0,
    refusal: undefined,
    refusedUsers: [],
    tokenStatus: 200,
    tokenLifetimeSeconds: 300,
  }
  const events: FakeEvent[] = []
  const logins: FakeLoginEvent[] = []
  const sessions = new Map<string, string | undefined>()
  const owners = new Map<string, 'enabled' | 'disabled'>()
  const people = new Map<string, object>()
  const members = new Map<string, readonly string[]>()
  const tokens = new Set<string>()
  const tokenRequests: URLSearchParams[] = []
  const requests: string[] = []
  let eventWrites = 0

  const status: Omit<RealmStatus, 'surplusRights'> = {
    server: '26.7.5',
    provider: '0.1.0',
    protocol: 1,
    issuer: '',
    eventsEnabled: true,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: true,
    bruteForceProtected: true,
    webAuthnUserVerification: 'required',
    webAuthnPasswordlessUserVerification: 'required',
    templatesMissing: [],
    languagesMissing: [],
  }

  const giveToken = (form: string): Reply => {
    tokenRequests.push(new URLSearchParams(form))
    if (faults.tokenStatus !== 200) return { status: faults.tokenStatus, body: { error: 'invalid_client' } }
    const token = `token-${tokenRequests.length}`
    tokens.add(token)
    return { status: 200, body: { access_token: token, expires_in: faults.tokenLifetimeSeconds, token_type: 'Bearer' } }
  }

  /** Undefined: written, and nothing answered. */
  const writeEvent = (body: Record<string, unknown>): Reply | undefined => {
    if (faults.refusedUsers.includes(String(body['userId']))) {
      return { status: 400, body: { code: 'malformed', detail: 'userId' } }
    }
    const resourcePath = `fallback-cases/${body['caseId']}/${body['eventId']}`
    const isThere = events.some((event) => event.resourcePath === resourcePath)
    if (!isThere) events.push({ resourceType: 'BIOMETRIC_OVERRIDE', resourcePath, time: Number(body['at']), body })
    eventWrites += 1
    if (faults.dropEveryReply > 0 && eventWrites % faults.dropEveryReply === 0) return undefined
    return isThere ? { status: 200, body: { written: false } } : { status: 201, body: { written: true } }
  }

  const findEvents = (query: URLSearchParams): Reply => {
    // As the real one: its own types only, and dates as such or in milliseconds.
    if (query.has('resourceTypes')) return { status: 500, body: { error: 'unknown_error' } }
    const from = query.get('dateFrom') ?? '0'
    if (!/^\d+$/.test(from)) return { status: 400, body: { error: 'Invalid value for dateFrom' } }
    const found = events.filter(
      (event) => event.resourcePath === query.get('resourcePath') && event.time >= Number(from),
    )
    return { status: 200, body: found.map(({ body: _body, ...event }) => event) }
  }

  /** Dates as the search for admin events takes them; the newest first. */
  const findLogins = (query: URLSearchParams): Reply => {
    const from = query.get('dateFrom') ?? '0'
    if (!/^\d+$/.test(from)) return { status: 400, body: { error: 'Invalid value for dateFrom' } }
    const found = logins.filter(
      ({ type, userId, time }) =>
        query.getAll('type').includes(type) && userId === query.get('user') && time >= Number(from),
    )
    return { status: 200, body: found.toReversed().slice(0, Number(query.get('max') ?? '100')) }
  }

  const answerSession = (method: string, id: string): Reply => {
    if (!sessions.has(id)) return { status: 404, body: { code: 'not_found', detail: 'no such session' } }
    const ofCase = sessions.get(id)
    if (method === 'GET') {
      return ofCase === undefined
        ? { status: 404, body: { code: 'not_found', detail: 'no such fallback session' } }
        : { status: 200, body: { id, case: ofCase, endsAt: null } }
    }
    if (ofCase === undefined) return { status: 409, body: { code: 'not_a_fallback_session' } }
    sessions.delete(id)
    return { status: 204 }
  }

  const findPeople = (ids: readonly string[], username?: string | null): Reply => {
    if (ids.length === 0 || ids.length > 50) return { status: 400, body: { code: 'malformed', detail: 'id' } }
    const isNamed = (one: object) => 'username' in one && String(one.username).toLowerCase() === username?.toLowerCase()
    const found = new Set([...ids.flatMap((id) => people.get(id) ?? []), ...[...people.values()].filter(isNamed)])
    return { status: 200, body: { people: [...found] } }
  }

  const findMembers = (group: string): Reply => {
    const ids = members.get(group)
    return ids === undefined ? { status: 404, body: { code: 'not_found', detail: 'no such group' } } : findPeople(ids)
  }

  const answerAdmin = async (request: IncomingMessage, url: URL, what: string): Promise<Reply | undefined> => {
    if (!tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? '')) return { status: 401 }
    if (faults.refusal !== undefined) return faults.refusal
    if (what === 'admin-events') return findEvents(url.searchParams)
    if (what === 'events') return findLogins(url.searchParams)
    if (what === 'fallback-bridge/status') return { status: 200, body: status }
    if (what === 'fallback-bridge/owner') {
      return { status: 200, body: { state: owners.get(url.searchParams.get('username') ?? '') ?? 'absent' } }
    }
    if (what === 'fallback-bridge/people') {
      return findPeople(url.searchParams.getAll('id'), url.searchParams.get('username'))
    }
    if (what === 'fallback-bridge/members') return findMembers(url.searchParams.get('group') ?? '')
    if (what === 'fallback-bridge/events') return writeEvent(JSON.parse(await text(request)))
    return answerSession(request.method ?? '', decodeURIComponent(what.split('/')[2] ?? ''))
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`)
    const url = new URL(request.url ?? '/', 'http://fake')
    const admin = adminPath.exec(url.pathname)
    let reply: Reply | undefined = { status: 404, body: { error: 'HTTP 404 Not Found' } }
    if (faults.isDown) reply = undefined
    else if (tokenPath.test(url.pathname)) reply = giveToken(await text(request))
    else if (admin !== null) reply = await answerAdmin(request, url, admin[2] ?? '')
    if (reply === undefined) {
      request.socket.destroy()
      return
    }
    response.writeHead(reply.status, { 'Content-Type': 'application/json', ...reply.headers })
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  status.issuer = `${url}/realms/demo`

  return {
    url,
    faults,
    status,
    events,
    /** What people did, oldest first. */
    logins,
    /** Accounts by user name. */
    owners,
    /** People by id, as the provider tells them. */
    people,
    /** Ids of members by the group's path. */
    members,
    /** Sessions by id, with their case; undefined for a session that is none of ours. */
    sessions,
    tokenRequests,
    /** Method and address of every request that came. */
    requests,
    revokeTokens: () => tokens.clear(),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export type FakeKeycloak = Awaited<ReturnType<typeof startFakeKeycloak>>
