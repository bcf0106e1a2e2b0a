import { chmod, cp, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PROVIDER_JAR } from '../server/build-provider.ts'
import { type BuildTools, runMaven } from '../server/build-tools.ts'
import { PROVIDER_MODULE } from '../server/locations.ts'
import { type Progress, withHeartbeat } from '../server/progress.ts'
import { lastLines } from '../server/run-program.ts'
import { SetupError } from '../server/setup-error.ts'

/** The provider jar, and its bill of materials in CycloneDX. */
export type ReleaseJar = { jar: string; bom: string }

/** A jar records the modes of its files: those of whoever checked the sources out must not get into it. */
const withUsualMode = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
  }
}

/** Runs Maven as if this process created files for everybody to read, as most machines do. */
const runMavenUsually = (tools: BuildTools, folder: string, goals: string[]) => {
  const mask = process.umask(0o022)
  try {
    return runMaven(tools, folder, goals)
  } finally {
    process.umask(mask)
  }
}

/**
 * Builds the provider jar in an empty folder, from the sources alone: nothing an earlier build left gets into it. The
 * same sources and JDK give the same bytes, wherever and whenever.
 * @throws SetupError with Maven's last lines
 */
export const buildReleaseJar = async (tools: BuildTools, folder: string, progress: Progress): Promise<ReleaseJar> => {
  progress('Building the provider jar')
  await mkdir(join(folder, 'src'), { recursive: true })
  await cp(join(PROVIDER_MODULE, 'pom.xml'), join(folder, 'pom.xml'))
  await cp(join(PROVIDER_MODULE, 'src/main'), join(folder, 'src/main'), { recursive: true })
  await withUsualMode(folder)
  const goals = ['-DskipTests', 'package', 'org.cyclonedx:cyclonedx-maven-plugin:makeBom']
  const { code, output } = await withHeartbeat(
    runMavenUsually(tools, folder, goals),
    progress,
    (seconds) => `  Maven is at work, ${seconds} s`,
  )
  if (code !== 0) throw new SetupError(`The provider jar could not be built; Maven's last lines:\n${lastLines(output)}`)
  return { jar: join(folder, 'target', PROVIDER_JAR), bom: join(folder, 'target/bom.json') }
}
