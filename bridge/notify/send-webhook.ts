import type { KeyObject } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { WebhookNotice, WebhookSender } from '../app/notice/notice-ports.ts'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { createAllowedLookup, isAllowedHost, type LookUpAll } from './allowed-address.ts'
import { signWebhook } from './sign-webhook.ts'

export type SendWebhookDeps = {
  /** From the operator's settings alone. */
  url: string
  secrets: readonly [KeyObject, ...KeyObject[]]
  clock: Clock
  /** Longest time until the receiver's status is there. */
  timeoutMs?: number
  lookUp?: LookUpAll
}

/** Statuses of the 4xx that say "later": time is over, too early, too many. */
const later: readonly number[] = [408, 425, 429]

/** Posts signed notices. Follows no redirect, reads no body, calls no address that the settings cannot mean (N01). */
export const createSendWebhook = (deps: SendWebhookDeps): WebhookSender => {
  const { secrets, clock, timeoutMs = 10_000 } = deps
  const url = new URL(deps.url)
  const lookup = createAllowedLookup(deps.lookUp)

  const post = (headers: Record<string, string>, body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps : requestHttp
      const call = request(url, {
        method: 'POST',
        headers,
        lookup,
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
      })
      call.once('response', (response) => {
        resolve(response.statusCode ?? 0)
        response.destroy()
      })
      call.on('error', reject)
      call.end(body)
    })

  return async (notice) => {
    if (!isAllowedHost(url.hostname)) throw unsendable('ADDRESS_REFUSED')
    const body = JSON.stringify(contentOf(notice))
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'keycloak-fallback-bridge',
      ...signWebhook(secrets, notice.id, Math.floor(clock() / 1000), body),
    }
    const status = await post(headers, body).catch((error: unknown) => {
      throw unsendable(codeOf(error))
    })
    if (status >= 200 && status < 300) return 'sent'
    if (status >= 400 && status < 500 && !later.includes(status)) return 'refused'
    throw unsendable(`http_${status}`)
  }
}

/** What a receiver gets: kind, time and facts, as Standard Webhooks names them. */
const contentOf = ({ id, realm, case: about, kind, facts, at }: WebhookNotice) => ({
  type: `fallback_bridge.${kind}`,
  timestamp: new Date(at).toISOString(),
  data: { id, realm, ...(about === undefined ? {} : { case: about }), facts },
})

const unsendable = (code: string): BridgeError => new BridgeError('notice_unsendable', { cause: { code } })

/** The system's code; never a message, which may quote the address with what it carries. */
const codeOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown'
}
