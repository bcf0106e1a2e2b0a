import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './setting-text.ts'

const folderName = 'fallback-bridge'

/** Where files of this user stand that live no longer than the session: the runtime folder, else one below `/tmp`. */
export const runtimeFolder = (environment: Environment, userNumber: number | undefined): string => {
  const given = environment['XDG_RUNTIME_DIR']
  return given?.startsWith('/') === true ? join(given, folderName) : join(tmpdir(), `${folderName}-${userNumber ?? 0}`)
}

/** A file's bytes; undefined where it cannot be read. */
export const readBytes = (file: string): Uint8Array | undefined => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** The same of a file that nobody vouches for: of one that has more than `most` bytes, or never ends, no more is read. */
export const readBytesUpTo = (file: string, most: number): Uint8Array | 'larger' | undefined => {
  let opened: number | undefined
  try {
    opened = openSync(file, 'r')
    const bytes = Buffer.alloc(most + 1)
    let length = 0
    for (let read = -1; read !== 0 && length <= most; length += read) {
      read = readSync(opened, bytes, length, bytes.length - length, null)
    }
    return length > most ? 'larger' : bytes.subarray(0, length)
  } catch {
    return undefined
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

export const isThere = (file: string): boolean => existsSync(file)

/** Writes a file for this user alone, and never over another one. */
export const writeNewFile = (file: string, bytes: Uint8Array): 'written' | 'exists' | 'failed' => {
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 })
    return 'written'
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST'
      ? 'exists'
      : 'failed'
  }
}

/** Writes a file for this user alone in the place of whatever has its name; never half of it. */
export const replaceFile = (file: string, bytes: Uint8Array): 'written' | 'failed' => {
  const fresh = `${file}.${process.pid}`
  if (writeNewFile(fresh, bytes) !== 'written') return 'failed'
  try {
    renameSync(fresh, file)
    return 'written'
  } catch {
    rmSync(fresh, { force: true })
    return 'failed'
  }
}
