import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { SecretBox } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'

const ivBytes = 12
const tagBytes = 16

/** A data key of 32 bytes and the id under which boxes name it. */
export type DataKey = { id: string; key: KeyObject }

/**
 * AES-256-GCM. The place of a box and the key's id are its associated data, so that a box moved to another row, or
 * claimed for another key, does not open (D01). The first key seals; all open, for rotation (D11).
 * A box is iv (12 bytes), ciphertext, tag (16 bytes).
 */
export const createSecretBox = (keys: readonly [DataKey, ...DataKey[]]): SecretBox => ({
  seal: (secret, place) => {
    const [{ id, key }] = keys
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    cipher.setAAD(associatedData(id, place))
    const box = Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return { keyId: id, box }
  },

  open: (sealed, place) => {
    const dataKey = keys.find((candidate) => candidate.id === sealed.keyId)
    if (dataKey === undefined || sealed.box.length < ivBytes + tagBytes) throw new BridgeError('secret_unreadable')
    const iv = sealed.box.subarray(0, ivBytes)
    const decipher = createDecipheriv('aes-256-gcm', dataKey.key, iv, { authTagLength: tagBytes })
    decipher.setAAD(associatedData(sealed.keyId, place))
    decipher.setAuthTag(sealed.box.subarray(-tagBytes))
    try {
      return Buffer.concat([decipher.update(sealed.box.subarray(ivBytes, -tagBytes)), decipher.final()]).toString(
        'utf8',
      )
    } catch (cause) {
      throw new BridgeError('secret_unreadable', { cause })
    }
  },
})

/** JSON keeps the members apart: no two places have the same text. */
const associatedData = (keyId: string, place: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify([keyId, ...place]))
