import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import type { LookAround } from '../app/realm/realm-ports.ts'
import type { SeenBridge } from '../domain/realm/examine-bridge.ts'

export type LookAroundDeps = { url: string; clock: Clock; timeoutMs?: number }

const page = z.object({ checks: z.array(z.object({ name: z.string(), state: z.string(), text: z.string() })) })
const factsPage: z.ZodType<SeenBridge> = z.object({
  version: z.string(),
  bridgeId: z.string(),
  answerKey: z.string(),
  clientKey: z.string().nullable(),
  database: z.object({ weak: z.array(z.string()) }),
  realms: z.array(
    z.object({
      name: z.string(),
      findings: z.array(z.object({ severity: z.enum(['refuse', 'warn']), code: z.string(), text: z.string() })),
      versions: z.object({ provider: z.string() }).nullable(),
      asked: z
        .object({
          groups: z.array(z.string()),
          roles: z.array(z.string()),
          telling: z.array(z.string()).optional(),
        })
        .nullish(),
      levels: z.object({ biometric: z.number(), fallback: z.array(z.number()) }).nullable(),
    }),
  ),
})

/** Asks Keycloak, the bridge's management port and its step port, each once. */
export const createLookAround =
  ({ url, clock, timeoutMs = 5_000 }: LookAroundDeps): LookAround =>
  async ({ managementUrl, bridgeUrl }) => {
    const get = async (address: string) => {
      const askedAt = clock()
      try {
        const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
        const body = await response.text()
        const date = Date.parse(response.headers.get('date') ?? '')
        // The date is cut to the second: it lies half a second back on average.
        const aheadMs = Number.isNaN(date) ? undefined : date + 500 - (askedAt + clock()) / 2
        return { body, aheadMs }
      } catch {
        return undefined
      }
    }
    const managementBase = managementUrl?.replace(/\/+$/, '')
    const [keycloak, management, facts, step] = await Promise.all([
      get(`${url}/realms/master`),
      managementBase === undefined ? undefined : get(`${managementBase}/health/ready`),
      managementBase === undefined ? undefined : get(`${managementBase}/facts`),
      bridgeUrl === undefined ? undefined : get(bridgeUrl),
    ])
    const bridge = factsPage.safeParse(readJson(facts?.body))
    const checks = page.safeParse(readJson(management?.body))
    return {
      keycloakAheadMs: keycloak?.aheadMs,
      bridgeAheadMs: management?.aheadMs,
      readiness: managementUrl === undefined ? undefined : checks.success ? checks.data.checks : 'unreachable',
      bridge: bridge.success ? bridge.data : undefined,
      bridgeAnswers: bridgeUrl === undefined ? undefined : step !== undefined,
    }
  }

const readJson = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
