import { createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { isMailAddress } from '../domain/mail-address.ts'
import { createSecret } from './secret.ts'

const hostName = /^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])$/
const mostAddresses = 20
const leastSecretBytes = 24
const mostSecretBytes = 64

/** Where mail is handed in. A query is refused: the library would read options from it. */
export const smtpUrl = z.string().transform((text, context) => {
  const url = URL.parse(text)
  const isRight =
    url !== null &&
    /^smtps?:$/.test(url.protocol) &&
    hostName.test(url.hostname) &&
    /^\/?$/.test(url.pathname) &&
    url.search === '' &&
    url.hash === '' &&
    (url.username === '') === (url.password === '') &&
    isDecodable(url.username + url.password)
  if (isRight) return createSecret(url.href)
  const message = 'must be smtp:// or smtps:// with a host, user and password both or neither, and nothing behind it'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

const isDecodable = (text: string): boolean => {
  try {
    return !/[\0\r\n]/.test(decodeURIComponent(text))
  } catch {
    return false
  }
}

/** One address, without a name beside it. */
export const mailAddress = z.string().refine(isMailAddress, 'must be one plain mail address')

export const mailAddresses = z.string().transform((text, context): readonly string[] => {
  const addresses = text.split(',').map((part) => part.trim())
  const isRight = addresses.length <= mostAddresses && addresses.every(isMailAddress)
  if (isRight && new Set(addresses).size === addresses.length) return addresses
  context.addIssue({
    code: 'custom',
    message: `must be 1 to ${mostAddresses} different mail addresses joined by commas`,
  })
  return z.NEVER
})

/** Where the webhook is sent. A query stays, as some receivers ask for one. */
export const webhookUrl = z.string().transform((text, context) => {
  const url = URL.parse(text)
  const isRight =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === ''
  if (isRight) return url.href
  context.addIssue({ code: 'custom', message: 'must be an http or https URL without user and fragment' })
  return z.NEVER
})

const readSecret = (text: string): KeyObject | undefined => {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? ''
  const bytes = Buffer.from(base64, 'base64')
  const isRight =
    bytes.length >= leastSecretBytes && bytes.length <= mostSecretBytes && bytes.toString('base64') === base64
  return isRight ? createSecretKey(bytes) : undefined
}

/** Keys of the webhook's signature, as Standard Webhooks writes them; two while the receiver changes from one to the other. */
export const webhookSecrets = z.string().transform((text, context) => {
  const parts = text.split(',').map((part) => part.trim())
  const [first, second, ...more] = parts.map(readSecret)
  const isRight = first !== undefined && (parts.length === 1 || second !== undefined) && more.length === 0
  if (isRight && new Set(parts).size === parts.length) {
    return createSecret<readonly [KeyObject, ...KeyObject[]]>(second === undefined ? [first] : [first, second])
  }
  const range = `${leastSecretBytes} to ${mostSecretBytes}`
  context.addIssue({ code: 'custom', message: `must be one or two different whsec_<base64 of ${range} bytes>` })
  return z.NEVER
})
