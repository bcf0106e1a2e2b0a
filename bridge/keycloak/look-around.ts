import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import type { LookAround } from '../app/realm/realm-ports.ts'

export type LookAroundDeps = { url: string; clock: Clock; timeoutMs?: number }

const page = z.object({ checks: z.array(z.object({ name: z.string(), state: z.string(), text: z.string() })) })

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
    const [keycloak, management, step] = await Promise.all([
      get(`${url}/realms/master`),
      managementUrl === undefined ? undefined : get(`${managementUrl.replace(/\/+$/, '')}/health/ready`),
      bridgeUrl === undefined ? undefined : get(bridgeUrl),
    ])
    const checks = page.safeParse(readJson(management?.body))
    return {
      keycloakAheadMs: keycloak?.aheadMs,
      bridgeAheadMs: management?.aheadMs,
      readiness: managementUrl === undefined ? undefined : checks.success ? checks.data.checks : 'unreachable',
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
