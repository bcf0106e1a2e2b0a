import { z } from 'zod'
import type { Flow, FlowNode, StepConfig } from '../domain/realm/flow-tree.ts'

const requirement = z.enum(['REQUIRED', 'ALTERNATIVE', 'CONDITIONAL', 'DISABLED'])
const execution = z.object({
  authenticator: z.string().optional(),
  authenticatorFlow: z.boolean().optional(),
  flowAlias: z.string().optional(),
  authenticatorConfig: z.string().optional(),
  requirement,
  priority: z.number().optional(),
})
const flow = z.object({
  id: z.string(),
  alias: z.string(),
  description: z.string().nullish(),
  providerId: z.string(),
  topLevel: z.boolean(),
  builtIn: z.boolean(),
  authenticationExecutions: z.array(execution),
})

/** What of Keycloak's partial export is read. It is the one answer that tells of every flow, and of the server's version. */
export const realmExport = z.object({
  keycloakVersion: z.string().optional(),
  browserFlow: z.string(),
  ssoSessionMaxLifespan: z.number(),
  attributes: z.record(z.string(), z.string()).default({}),
  eventsEnabled: z.boolean().default(false),
  adminEventsEnabled: z.boolean().default(false),
  adminEventsDetailsEnabled: z.boolean().default(false),
  enabledEventTypes: z.array(z.string()).default([]),
  eventsExpiration: z.number().nullish(),
  bruteForceProtected: z.boolean().default(false),
  maxSecondaryAuthFailures: z.number().nullish(),
  smtpServer: z.record(z.string(), z.string()).default({}),
  webAuthnPolicyUserVerificationRequirement: z.string(),
  webAuthnPolicyPasswordlessUserVerificationRequirement: z.string(),
  webAuthnPolicyPasswordlessPasskeysEnabled: z.boolean().nullish(),
  authenticationFlows: z.array(flow),
  authenticatorConfig: z
    .array(z.object({ alias: z.string(), config: z.record(z.string(), z.string()).default({}) }))
    .default([]),
  requiredActions: z
    .array(
      z.object({
        alias: z.string(),
        enabled: z.boolean(),
        config: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
})
export type RealmExport = z.infer<typeof realmExport>

/** All top-level flows with what is in them. */
export const flowsOfExport = ({ authenticationFlows, authenticatorConfig }: RealmExport): readonly Flow[] => {
  const byAlias = new Map(authenticationFlows.map((one) => [one.alias, one]))
  const configs = new Map(
    authenticatorConfig.map((one): [string, StepConfig] => [one.alias, { alias: one.alias, values: one.config }]),
  )
  const childrenOf = (alias: string): readonly FlowNode[] =>
    (byAlias.get(alias)?.authenticationExecutions ?? [])
      .toSorted((a, b) => (a.priority ?? 0) - (b.priority ?? 0))
      .map((one): FlowNode => {
        const named = one.flowAlias
        if (one.authenticatorFlow !== true || named === undefined) {
          const config = one.authenticatorConfig === undefined ? undefined : configs.get(one.authenticatorConfig)
          return { kind: 'step', provider: one.authenticator ?? '', requirement: one.requirement, config }
        }
        const sub = byAlias.get(named)
        return {
          kind: 'flow',
          alias: named,
          description: sub?.description ?? '',
          type: sub?.providerId ?? 'unknown',
          requirement: one.requirement,
          children: childrenOf(named),
        }
      })
  return authenticationFlows
    .filter(({ topLevel }) => topLevel)
    .map(({ id, alias, description, builtIn }) => ({
      id,
      alias,
      description: description ?? '',
      builtIn,
      children: childrenOf(alias),
    }))
}
