import { readFileSync, statSync } from 'node:fs'

/** A file as the settings need it: its text, and whether everybody on the machine can read or change it. */
export type SettingsFile = { text: string; isOpenToAll: boolean }
/** Reads a file; undefined where it is not there, is no plain file, or may not be read. */
export type ReadFile = (path: string) => SettingsFile | undefined

const othersReadOrWrite = 0o006

/** Reads from the disk of this machine. */
export const readFileFromDisk: ReadFile = (path) => {
  try {
    const found = statSync(path)
    if (!found.isFile()) return undefined
    return { text: readFileSync(path, 'utf8'), isOpenToAll: (found.mode & othersReadOrWrite) !== 0 }
  } catch {
    return undefined
  }
}
