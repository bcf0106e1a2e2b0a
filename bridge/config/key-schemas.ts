import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { DataKey } from '../crypto/secret-box.ts'
import { createSecret } from './secret.ts'

const pkcs8 = /^-----BEGIN PRIVATE KEY-----\s[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----\s*$/
const rsaModulusBits = 2048
const dataKeyBytes = 32

/** Reads a PEM text; undefined for anything but one unencrypted PKCS#8 private key. */
const readPrivateKey = (pem: string): KeyObject | undefined => {
  if (!pkcs8.test(pem)) return undefined
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    return undefined
  }
}

/** A private key for which `isRight` holds. The message never quotes the text. */
const privateKey = (isRight: (key: KeyObject) => boolean, message: string) =>
  z.string().transform((pem, context) => {
    const key = readPrivateKey(pem)
    if (key !== undefined && isRight(key)) return createSecret(key)
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** The key that signs answers: Ed25519. */
export const answerKey = privateKey(
  (key) => key.asymmetricKeyType === 'ed25519',
  'must be an Ed25519 private key as unencrypted PKCS#8 PEM',
)

/** The key that signs client assertions; its type decides the algorithm. */
export const clientKey = privateKey(
  (key) =>
    key.asymmetricKeyType === 'ed25519' ||
    (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') ||
    (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= rsaModulusBits),
  'must be an EC P-256, Ed25519 or RSA (2048 bits or more) private key as unencrypted PKCS#8 PEM',
)

const entry = /^(?:([A-Za-z0-9_-]{1,32}):)?([A-Za-z0-9+/]{43}=)$/

const readDataKey = (text: string): DataKey | undefined => {
  const match = entry.exec(text)
  const bytes = Buffer.from(match?.[2] ?? '', 'base64')
  return bytes.length === dataKeyBytes ? { id: match?.[1] ?? '1', key: createSecretKey(bytes) } : undefined
}

/** Keys for secrets at rest: the first seals, all open. */
export const dataKeys = z.string().transform((text, context) => {
  const read = text.split(',').map((part) => readDataKey(part.trim()))
  const keys = read.filter((key) => key !== undefined)
  const [first, ...others] = keys
  if (first === undefined || keys.length !== read.length) {
    context.addIssue({ code: 'custom', message: 'must be id:base64 with 32 bytes each, several joined by commas' })
    return z.NEVER
  }
  if (new Set(keys.map((key) => key.id)).size !== keys.length) {
    context.addIssue({ code: 'custom', message: 'names two keys by the same id' })
    return z.NEVER
  }
  return createSecret<readonly [DataKey, ...DataKey[]]>([first, ...others])
})
