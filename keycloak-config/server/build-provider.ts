import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildTools, runMaven } from './build-tools.ts'
import { CACHE, PROVIDER_MODULE } from './locations.ts'
import { type Progress, withHeartbeat } from './progress.ts'
import { lastLines } from './run-program.ts'
import { SetupError } from './setup-error.ts'
import { inWorkFolder, moveIntoPlace } from './work-folder.ts'

/** File name of the provider jar, as Maven builds it and as it stands in Keycloak's `providers` folder. */
export const PROVIDER_JAR = 'keycloak-fallback-bridge.jar'

/** One SHA-256 over the names and contents of everything the jar is made of. */
const hashOfSources = async (): Promise<string> => {
  const entries = await readdir(join(PROVIDER_MODULE, 'src/main'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256')
  for (const file of [join(PROVIDER_MODULE, 'pom.xml'), ...files.toSorted()]) {
    const content = await readFile(file)
    hash.update(`${file.slice(PROVIDER_MODULE.length)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

const packageJar = async (tools: BuildTools, progress: Progress): Promise<string> => {
  progress('Building the provider jar')
  const building = runMaven(tools, PROVIDER_MODULE, ['-DskipTests', 'package'])
  const { code, output } = await withHeartbeat(building, progress, (seconds) => `  Maven is at work, ${seconds} s`)
  if (code !== 0) throw new SetupError(`The provider jar could not be built; Maven's last lines:\n${lastLines(output)}`)
  return join(PROVIDER_MODULE, 'target', PROVIDER_JAR)
}

/**
 * Gives the path of the provider jar built from the present sources, without running its tests. Built only once for the
 * same sources.
 */
export const buildProvider = async (tools: BuildTools, progress: Progress): Promise<string> => {
  const place = join(CACHE, 'provider', await hashOfSources(), PROVIDER_JAR)
  if (existsSync(place)) return place
  return inWorkFolder(async (folder) => {
    const copy = join(folder, PROVIDER_JAR)
    await copyFile(await packageJar(tools, progress), copy)
    await moveIntoPlace(copy, place)
    return place
  })
}

/** Builds the provider and runs its Java tests, showing Maven's lines; gives Maven's exit code. */
export const testProvider = async (tools: BuildTools, progress: Progress): Promise<number> => {
  const { code } = await runMaven(tools, PROVIDER_MODULE, ['verify'], progress)
  return code ?? 1
}
