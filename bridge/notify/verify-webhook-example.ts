/** How a receiver checks a webhook, as the documentation shows it; a test runs this very text. */
export const verifyWebhookExample = `import { createHmac, timingSafeEqual } from 'node:crypto'

const keys = process.env.WEBHOOK_SECRET.split(',').map((text) => Buffer.from(text.trim().slice('whsec_'.length), 'base64'))

/** Whether one of our keys signed exactly this body, less than five minutes ago. Keep \`webhook-id\`: a copy may follow. */
export const isGenuine = (headers, body) => {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures = '' } = headers
  if (!(Math.abs(Date.now() / 1000 - Number(seconds)) < 300)) return false
  const right = keys.map((key) => createHmac('sha256', key).update(\`\${id}.\${seconds}.\${body}\`).digest())
  return signatures.split(' ').some((text) => {
    const given = Buffer.from(text.replace(/^v1,/, ''), 'base64')
    return right.some((one) => one.length === given.length && timingSafeEqual(one, given))
  })
}
`
