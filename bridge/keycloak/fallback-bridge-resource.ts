import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import Resource from '@keycloak/keycloak-admin-client/lib/resources/resource.js'
import type { RealmName } from '../domain/ids.ts'

/** What the provider's endpoint is told of an override event. */
export type EventBody = {
  eventId: string
  caseId: string
  event: string
  userId: string
  at: number
  representation: object
  details: Record<string, string>
}

/** User attributes whose values are told of people beside what every account has. */
export type PersonAttributes = { identity: string; manager?: string }

/**
 * The provider's endpoint in Keycloak's admin API, `/admin/realms/{realm}/fallback-bridge`. It answers with parsed JSON
 * of no known form yet, and throws what the admin client throws.
 */
export const createFallbackBridgeResource = (client: KeycloakAdminClient, realm: RealmName) => {
  const { makeRequest } = new Resource(client, {
    path: '/admin/realms/{realm}/fallback-bridge',
    getUrlParams: () => ({ realm }),
    getBaseUrl: () => client.baseUrl,
  })
  const session = { path: '/sessions/{id}', urlParamKeys: ['id'] }
  return {
    /** Writes an event once. */
    writeEvent: makeRequest<EventBody, unknown>({ method: 'POST', path: '/events' }),
    /** Reads a fallback session; 404 for every other. */
    findSession: makeRequest<{ id: string }, unknown>({ method: 'GET', ...session }),
    /** Ends a fallback session; 404 where there is none, 409 for a session that is not one. */
    endSession: makeRequest<{ id: string }, unknown>({ method: 'DELETE', ...session }),
    /** Whether an owner's account can be used. */
    ownerState: makeRequest<{ username: string }, unknown>({
      method: 'GET',
      path: '/owner',
      queryParamKeys: ['username'],
    }),
    /** Accounts by id, and one by its user name, as they are now. */
    people: makeRequest<{ id: readonly string[]; username?: string } & PersonAttributes, unknown>({
      method: 'GET',
      path: '/people',
      queryParamKeys: ['id', 'username', 'identity', 'manager'],
    }),
    /** Enabled members of a group; 404 where there is none of that path. */
    members: makeRequest<{ group: string } & PersonAttributes, unknown>({
      method: 'GET',
      path: '/members',
      queryParamKeys: ['group', 'identity', 'manager'],
    }),
    /** Versions and settings the bridge depends on. */
    status: makeRequest<Record<never, never>, unknown>({ method: 'GET', path: '/status' }),
  }
}

export type FallbackBridgeResource = ReturnType<typeof createFallbackBridgeResource>
