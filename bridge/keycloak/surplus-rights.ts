import { decodeJwt } from 'jose'
import { z } from 'zod'
import { isAdministrative } from '../domain/policy/ceilings.ts'

const roles = z.object({ roles: z.array(z.string()).default([]) })
const claims = z.object({ realm_access: roles.optional(), resource_access: z.record(z.string(), roles).optional() })

/** The one role of Keycloak's own that the bridge needs: it reads its events back. */
const needed = 'realm-management/view-events'

/**
 * Roles in the bridge's own access token that administer Keycloak and that it does not need (A01). The token came from
 * Keycloak a moment ago and is only looked at, never trusted: its signature does not matter. A token that cannot be
 * looked into tells of none.
 */
export const surplusRightsOf = (accessToken: string): readonly string[] => {
  const parsed = claims.safeParse(claimsOf(accessToken))
  if (!parsed.success) return []
  const { realm_access: realm, resource_access: clients = {} } = parsed.data
  const held = [
    ...(realm?.roles ?? []),
    ...Object.entries(clients).flatMap(([client, access]) => access.roles.map((role) => `${client}/${role}`)),
  ]
  return held.filter((role) => role !== needed && isAdministrative(role))
}

const claimsOf = (accessToken: string): unknown => {
  try {
    return decodeJwt(accessToken)
  } catch {
    return undefined
  }
}
