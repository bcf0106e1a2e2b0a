import { createHash } from 'node:crypto'
import type { Sha256 } from '../domain/history.ts'

/** SHA-256 as lower-case hexadecimal digits. */
export const sha256: Sha256 = (text) => createHash('sha256').update(text, 'utf8').digest('hex')

/** The same of bytes. */
export const sha256OfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
