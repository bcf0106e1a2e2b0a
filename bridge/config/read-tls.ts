import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecret, type Secret } from './secret.ts'
import type { ReadFile } from './secret-file.ts'
import { prefix } from './settings.ts'

/** Certificate chain and key of the listeners, as PEM. */
export type Tls = { cert: string; key: Secret<string> }

const certName = `${prefix}TLS_CERT_FILE`
const keyName = `${prefix}TLS_KEY_FILE`

/** Reads both files, or none; a problem is one sentence. */
export const readTls = (
  certFile: string | undefined,
  keyFile: string | undefined,
  readFile: ReadFile,
): { tls: Tls | undefined } | { problem: string } => {
  if (certFile === undefined && keyFile === undefined) return { tls: undefined }
  if (certFile === undefined) return { problem: `${keyName} is given without ${certName}.` }
  if (keyFile === undefined) return { problem: `${certName} is given without ${keyName}.` }
  const cert = readFile(certFile)
  if (cert === undefined) return { problem: `${certName} names a file that cannot be read.` }
  const key = readFile(keyFile)
  if (key === undefined) return { problem: `${keyName} names a file that cannot be read.` }
  if (key.isOpenToAll) {
    return { problem: `${keyName} names a file that everybody can read or change; set its mode to 600 or 400.` }
  }
  return isPair(cert.text, key.text)
    ? { tls: { cert: cert.text, key: createSecret(key.text) } }
    : { problem: `${certName} and ${keyName} are not a certificate and its key.` }
}

const isPair = (cert: string, key: string): boolean => {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}
