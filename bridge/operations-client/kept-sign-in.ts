import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** A sign-in kept for the next commands: an access token, for as long as it is valid, and for whom it was got. */
const keptSignIn = z.object({
  /** Base URL of the operations API, and issuer and realm of the token. */
  url: z.string(),
  issuer: z.string(),
  realm: z.string(),
  accessToken: z.string().min(1),
  /** Epoch milliseconds. */
  expiresAt: z.int(),
})
export type KeptSignIn = z.output<typeof keptSignIn>

export type KeepSignIn = {
  /** Undefined where none is kept, it is over, or the file is not this user's alone. */
  read: () => KeptSignIn | undefined
  /** False where no folder of this user's alone can be had. */
  write: (signIn: KeptSignIn) => boolean
  /** Whether there was one. */
  remove: () => boolean
}

export type KeepSignInDeps = {
  /** Folder for files of this user that live no longer than the session; it is made if it is not there. */
  folder: string
  /** This user's number; undefined on systems without, where nothing is kept. */
  userNumber: number | undefined
  clock: () => number
}

const fileName = 'sign-in.json'
const ownerOnly = 0o600
const othersAny = 0o077
/** A token that ends while a command runs is of no use. */
const leastLeftMs = 10_000

/** Keeps one sign-in in a file that only this user can read. There is never a refresh token in it. */
export const createKeepSignIn = ({ folder, userNumber, clock }: KeepSignInDeps): KeepSignIn => {
  const path = join(folder, fileName)
  const isOwn = ({ uid, mode }: Stats): boolean => uid === userNumber && (mode & othersAny) === 0

  const folderIsOwn = (): boolean => {
    try {
      const found = lstatSync(folder)
      return found.isDirectory() && isOwn(found)
    } catch {
      return false
    }
  }

  const read = (): KeptSignIn | undefined => {
    if (!folderIsOwn()) return undefined
    const text = readOwn(path, isOwn)
    const parsed = keptSignIn.safeParse(text === undefined ? undefined : parse(text))
    return parsed.success && parsed.data.expiresAt - leastLeftMs > clock() ? parsed.data : undefined
  }

  const write = (signIn: KeptSignIn): boolean => {
    if (userNumber === undefined) return false
    const fresh = `${path}.${process.pid}`
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if (!folderIsOwn()) return false
      rmSync(fresh, { force: true })
      writeFileSync(fresh, JSON.stringify(signIn), { flag: 'wx', mode: ownerOnly })
      renameSync(fresh, path)
      return true
    } catch {
      // A folder that cannot be written is no folder of this user's; whoever asked is told so.
      return false
    }
  }

  const remove = (): boolean => {
    const was = folderIsOwn() && readOwn(path, () => true) !== undefined
    if (was) rmSync(path, { force: true })
    return was
  }

  return { read, write, remove }
}

/** A link is not followed, so that nobody can point to another's file. */
const readOwn = (path: string, isOwn: (found: Stats) => boolean): string | undefined => {
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    const found = fstatSync(file)
    return found.isFile() && isOwn(found) ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
