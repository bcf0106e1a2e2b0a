import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { runProgram } from './run-program.ts'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const foldersIn = (parent: string): string[] => {
  try {
    return readdirSync(parent).map((name) => join(parent, name))
  } catch {
    return []
  }
}

/** Full path of the first of these names on the PATH, or nothing. */
export const findOnPath = (...names: string[]): string | undefined =>
  names
    .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find(isExecutable)

const majorOf = async (java: string): Promise<number> => {
  const { output } = await runProgram(java, ['-version'])
  return Number(/version "(\d+)/.exec(output)?.[1] ?? 0)
}

/** Home folder of a JDK (with its compiler) of at least this major version: JAVA_HOME, the PATH, then /usr/lib/jvm. */
export const findJavaHome = async (atLeast: number): Promise<string | undefined> => {
  const onPath = findOnPath('javac')
  const homes = [
    process.env['JAVA_HOME'],
    onPath === undefined ? undefined : dirname(dirname(realpathSync(onPath))),
    ...foldersIn('/usr/lib/jvm'),
  ]
  for (const home of homes) {
    if (home === undefined || !isExecutable(join(home, 'bin/javac'))) continue
    if ((await majorOf(join(home, 'bin/java'))) >= atLeast) return home
  }
  return undefined
}

/** Folder with `postgres` and `initdb`, the newest version Debian's packages have put there, or the PATH's. */
export const findPostgresBinaries = (): string | undefined => {
  const versions = foldersIn('/usr/lib/postgresql')
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((folder) => join(folder, 'bin'))
  const onPath = findOnPath('initdb')
  return [...versions, ...(onPath === undefined ? [] : [dirname(onPath)])].find(
    (folder) => isExecutable(join(folder, 'postgres')) && isExecutable(join(folder, 'initdb')),
  )
}

/** A Chromium or Chrome on the PATH. */
export const findChromium = (): string | undefined =>
  findOnPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')
