import { existsSync, rmSync } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CACHE } from './locations.ts'

const PREFIX = 'unfinished-'
const ABANDONED_AFTER_MS = 60 * 60 * 1_000

const removeAbandoned = async (): Promise<void> => {
  for (const name of await readdir(CACHE)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(CACHE, name)
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    )
    if (Date.now() - changed > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true })
  }
}

/**
 * Runs `work` with an empty folder inside the cache and removes the folder afterwards. What is to stay is moved out with
 * `moveIntoPlace`, so a final name only ever stands for something complete; folders of killed processes go with the
 * first call an hour later.
 */
export const inWorkFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  await mkdir(CACHE, { recursive: true })
  await removeAbandoned()
  const folder = await mkdtemp(join(CACHE, PREFIX))
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', removeAtExit)
  try {
    return await work(folder)
  } finally {
    process.removeListener('exit', removeAtExit)
    await rm(folder, { recursive: true, force: true })
  }
}

/** Moves something finished to its final name. If another process got there first, its result is kept. */
export const moveIntoPlace = async (finished: string, place: string): Promise<void> => {
  try {
    await mkdir(dirname(place), { recursive: true })
    await rename(finished, place)
  } catch (error) {
    if (!existsSync(place)) throw error
  }
}

/**
 * Copies a folder by hard links (by copying where the file system has none): fast and almost free of disk space. Nobody
 * may write into a linked file afterwards, only replace it; paths in `copied` (relative) become copies of their own.
 */
export const linkFolder = async (from: string, to: string, copied: string[] = []): Promise<void> => {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name)
    const relative = source.slice(from.length + 1)
    const target = join(to, relative)
    if (entry.isDirectory()) await mkdir(target, { recursive: true })
    else if (copied.some((folder) => relative.startsWith(`${folder}/`))) await copyFile(source, target)
    else await link(source, target).catch(() => copyFile(source, target))
  }
}
