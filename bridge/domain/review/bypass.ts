import type { Instant, UserId } from '../ids.ts'
import { asId } from '../ids.ts'

/** An act in Keycloak's admin event log, as far as it tells of a way around the governed one. */
export type AdminAct = {
  operation: string
  /** As Keycloak writes it: `users/<id>/reset-password`. */
  path: string
  /** Account that acted; undefined where Keycloak does not say. */
  actor: string | undefined
  /** Keycloak's internal id of the client by which the account acted. */
  client: string | undefined
  at: Instant
  failed: boolean
}

/** What somebody did by hand that has the effect of a fallback (R8). */
export const bypassKinds = [
  'credential_removed',
  'credential_disabled',
  'password_set',
  'actions_demanded',
  'impersonated',
  'flow_changed',
] as const
export type BypassKind = (typeof bypassKinds)[number]

export type Bypass = {
  kind: BypassKind
  /** Whose account; for a change of the flows, whoever changed them. */
  user: UserId
  actor: string
  client: string
  at: Instant
}

const ofUser: readonly { kind: BypassKind; operations: readonly string[]; path: RegExp }[] = [
  { kind: 'credential_removed', operations: ['DELETE', 'ACTION'], path: /^users\/([^/]+)\/credentials\/[^/]+$/ },
  { kind: 'credential_disabled', operations: ['ACTION', 'UPDATE'], path: /^users\/([^/]+)\/disable-credential-types$/ },
  { kind: 'password_set', operations: ['ACTION', 'UPDATE'], path: /^users\/([^/]+)\/reset-password$/ },
  {
    kind: 'actions_demanded',
    operations: ['ACTION', 'UPDATE'],
    path: /^users\/([^/]+)\/(execute-actions-email|reset-password-email)$/,
  },
  { kind: 'impersonated', operations: ['ACTION'], path: /^users\/([^/]+)\/impersonation$/ },
]
const flows = /^authentication\/(flows|executions|config)\b/

/**
 * What an act comes to; undefined for everything that is no way around, and for what failed. Nobody is left out: an
 * administrator can help himself, and the bridge's own account has no right to any of these acts.
 */
export const bypassOf = ({ operation, path, actor, client, at, failed }: AdminAct): Bypass | undefined => {
  if (failed) return undefined
  const by = { actor: actor ?? 'unknown', client: client ?? 'unknown', at }
  for (const rule of ofUser) {
    const [, user] = rule.path.exec(path) ?? []
    if (user !== undefined && rule.operations.includes(operation)) return { kind: rule.kind, user: asId(user), ...by }
  }
  if (!flows.test(path)) return undefined
  return { kind: 'flow_changed', user: asId(actor ?? 'unknown'), ...by }
}

const hourMs = 3_600_000

/** What makes two acts one case: of one kind, on one account, by one person, in one hour. */
export const bypassKey = ({ kind, user, actor, at }: Bypass): string =>
  JSON.stringify([kind, user, actor, Math.floor(at / hourMs)])
