import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { describeNotices } from '../../../bridge/notify/describe-notices.ts'
import { signWebhook } from '../../../bridge/notify/sign-webhook.ts'

describe('docs/notices.md', () => {
  test('is what the code says; npm run docs writes it', () => {
    assert.equal(readFileSync(new URL('../../../docs/notices.md', import.meta.url), 'utf8'), describeNotices())
  })

  test('shows a check of the webhook that takes ours and nothing else', async (context) => {
    const code = /```js\n([\s\S]*?)```/.exec(describeNotices())?.[1] ?? ''
    assert.ok(code.trim().split('\n').length <= 15)
    const [old, next, foreign] = [1, 2, 3].map((fill) => Buffer.alloc(24, fill))
    assert.ok(old !== undefined && next !== undefined && foreign !== undefined)
    process.env['WEBHOOK_SECRET'] = `whsec_${next.toString('base64')}`
    context.after(() => {
      delete process.env['WEBHOOK_SECRET']
    })
    const { isGenuine }: { isGenuine: (headers: object, body: string) => boolean } = await import(
      `data:text/javascript,${encodeURIComponent(code)}`
    )
    const now = Math.floor(Date.now() / 1000)
    const sign = (keys: readonly Buffer[], seconds = now) =>
      signWebhook(
        keys.map((key) => createSecretKey(key)),
        'n-1',
        seconds,
        '{"a":1}',
      )
    assert.equal(isGenuine(sign([old, next]), '{"a":1}'), true)
    assert.equal(isGenuine(sign([next]), '{"a":1}'), true)
    assert.equal(isGenuine(sign([next]), '{"a":2}'), false)
    assert.equal(isGenuine(sign([foreign]), '{"a":1}'), false)
    assert.equal(isGenuine(sign([next], now - 301), '{"a":1}'), false)
    assert.equal(isGenuine({ ...sign([next]), 'webhook-id': 'n-2' }, '{"a":1}'), false)
    assert.equal(isGenuine({}, '{"a":1}'), false)
  })
})
