import { createHmac, type KeyObject } from 'node:crypto'

/**
 * The headers of a signed webhook (Standard Webhooks 1.0, symmetric): id, seconds of this attempt, and one `v1` signature
 * for each key over `id.seconds.body`, so that the receiver may change from one key to the other.
 */
export const signWebhook = (
  keys: readonly KeyObject[],
  id: string,
  seconds: number,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(seconds),
  'webhook-signature': keys
    .map((key) => `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`)
    .join(' '),
})
