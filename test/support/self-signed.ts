import { generateKeyPairSync, sign } from 'node:crypto'
import { pemOf } from './settings-environment.ts'

/** One DER element: tag, length, content. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const ed25519 = sequence(der(0x06, Buffer.from([0x2b, 0x65, 0x70])))
const utcTime = (text: string) => der(0x17, Buffer.from(text))
const commonName = (name: string) =>
  sequence(der(0x31, sequence(der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from(name)))))

/** A self-signed Ed25519 certificate (RFC 5280, RFC 8410) and its key, as PEM; good for reading, trusted by nobody. */
export const selfSigned = (name: string): { cert: string; key: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const body = sequence(
    der(0x02, Buffer.from([1])),
    ed25519,
    commonName(name),
    sequence(utcTime('250101000000Z'), utcTime('490101000000Z')),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = der(0x03, Buffer.from([0]), sign(null, body, privateKey))
  const lines =
    sequence(body, ed25519, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return {
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    key: pemOf(privateKey),
  }
}
