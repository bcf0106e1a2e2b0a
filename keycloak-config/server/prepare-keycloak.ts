import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buildProvider, PROVIDER_JAR } from './build-provider.ts'
import { ensureBuildTools } from './build-tools.ts'
import { fetchKeycloak, sha256OfFile } from './fetch-keycloak.ts'
import { CACHE } from './locations.ts'
import { type Progress, withHeartbeat } from './progress.ts'
import { lastLines, runProgram } from './run-program.ts'
import { SetupError } from './setup-error.ts'
import { inWorkFolder, linkFolder, moveIntoPlace } from './work-folder.ts'

/** A Keycloak that can be started: its folder with our jar built in, and the JDK to run it with. */
export type PreparedKeycloak = {
  home: string
  javaHome: string
}

const HOME_PREFIX = 'keycloak-home-'
const OLD_AFTER_MS = 24 * 60 * 60 * 1_000
const BUILD_OPTIONS = ['--db=dev-file', '--health-enabled=true']

/** Homes with an older jar; a young one may be what another process is about to start. */
const removeOldHomes = async (kept: string): Promise<void> => {
  for (const name of await readdir(CACHE)) {
    if (!name.startsWith(HOME_PREFIX) || name === kept) continue
    const { mtimeMs } = await stat(join(CACHE, name))
    if (Date.now() - mtimeMs > OLD_AFTER_MS) await rm(join(CACHE, name), { recursive: true, force: true })
  }
}

/** Links the distribution, adds the jar and runs Keycloak's build step; done once for each jar. */
const buildHome = async (distribution: string, jar: string, javaHome: string, progress: Progress): Promise<string> => {
  const key = createHash('sha256')
    .update([distribution, await sha256OfFile(jar), ...BUILD_OPTIONS].join('\n'))
    .digest('hex')
  const name = `${HOME_PREFIX}${key.slice(0, 16)}`
  const place = join(CACHE, name)
  if (existsSync(place)) return place
  await inWorkFolder(async (folder) => {
    const home = join(folder, 'home')
    // The build step rewrites lib/quarkus, which must not reach through a link into the distribution.
    await linkFolder(distribution, home, ['lib/quarkus'])
    await copyFile(jar, join(home, 'providers', PROVIDER_JAR))
    progress("Running Keycloak's build step with the provider jar")
    const building = runProgram('bash', [join(home, 'bin/kc.sh'), 'build', ...BUILD_OPTIONS], {
      env: { ...process.env, JAVA_HOME: javaHome },
    })
    const { code, output } = await withHeartbeat(building, progress, (seconds) => `  Still building, ${seconds} s`)
    if (code !== 0) throw new SetupError(`Keycloak's build step failed; its last lines:\n${lastLines(output)}`)
    await moveIntoPlace(home, place)
  })
  await removeOldHomes(name)
  return place
}

/**
 * Gets everything a start needs, doing only what is not done yet: JDK and Maven, the pinned distribution, the provider
 * jar from the present sources, Keycloak's build step. `version` is for a compatibility run with another server.
 */
export const prepareKeycloak = async (progress: Progress, version?: string): Promise<PreparedKeycloak> => {
  const tools = await ensureBuildTools(progress)
  const distribution = await fetchKeycloak(tools, progress, version)
  const jar = await buildProvider(tools, progress)
  return { home: await buildHome(distribution, jar, tools.javaHome, progress), javaHome: tools.javaHome }
}
