import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type BuildTools, runMaven } from './build-tools.ts'
import {
  KEYCLOAK_DISTRIBUTION_BYTES,
  KEYCLOAK_DISTRIBUTION_SHA256,
  KEYCLOAK_SERVER_VERSION,
} from './keycloak-version.ts'
import { CACHE } from './locations.ts'
import { type Progress, withHeartbeat } from './progress.ts'
import { lastLines, runProgram } from './run-program.ts'
import { SetupError } from './setup-error.ts'
import { inWorkFolder, moveIntoPlace } from './work-folder.ts'

const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.10.0:copy'
const MEGABYTE = 1_000_000

/** Bytes of the archive that have arrived in Maven's local repository, where Maven keeps an unfinished file too. */
const bytesArrived = async (version: string): Promise<number> => {
  const folder = join(homedir(), '.m2/repository/org/keycloak/keycloak-quarkus-dist', version)
  const names = await readdir(folder).catch(() => [])
  const sizes = names
    .filter((name) => name.includes('.zip') && !name.endsWith('.sha1'))
    .map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return Math.max(0, ...(await Promise.all(sizes)))
}

const download = async (folder: string, version: string, tools: BuildTools, progress: Progress): Promise<string> => {
  const coordinates = coordinatesOf(version)
  let arrived = 0
  const copying = runMaven(tools, folder, [COPY_GOAL, `-Dartifact=${coordinates}`, `-DoutputDirectory=${folder}`])
  const watch = setInterval(() => {
    bytesArrived(version).then(
      (bytes) => {
        arrived = bytes
      },
      () => undefined,
    )
  }, 1_000)
  const { code, output } = await withHeartbeat(copying, progress, (seconds) => {
    const share = Math.floor((100 * arrived) / KEYCLOAK_DISTRIBUTION_BYTES)
    return `  ${Math.round(arrived / MEGABYTE)} of ${Math.round(KEYCLOAK_DISTRIBUTION_BYTES / MEGABYTE)} MB (${share} %), ${seconds} s`
  }).finally(() => clearInterval(watch))
  if (code !== 0) throw new SetupError(`Maven could not get ${coordinates}; its last lines:\n${lastLines(output)}`)
  return join(folder, `keycloak-quarkus-dist-${version}.zip`)
}

const coordinatesOf = (version: string): string => `org.keycloak:keycloak-quarkus-dist:${version}:zip`

/** SHA-256 of a file, in hex. */
export const sha256OfFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Throws a SetupError with both values unless the file has this SHA-256. */
export const assertChecksum = async (path: string, expected: string): Promise<void> => {
  const actual = await sha256OfFile(path)
  if (actual === expected) return
  throw new SetupError(
    `The Keycloak archive that Maven delivered is not the pinned one (SHA-256 ${actual} instead of ${expected}), so it was not unpacked: remove org/keycloak/keycloak-quarkus-dist from Maven's local repository and start again.`,
  )
}

/** The JDK's `jar` unpacks a zip everywhere a JDK is, but loses the executable bits. */
const unpack = async (archive: string, version: string, folder: string, javaHome: string): Promise<string> => {
  const { code, output } = await runProgram(join(javaHome, 'bin/jar'), ['xf', archive], { cwd: folder })
  if (code !== 0) throw new SetupError(`The Keycloak archive could not be unpacked:\n${lastLines(output)}`)
  const unpacked = join(folder, `keycloak-${version}`)
  for (const name of await readdir(join(unpacked, 'bin'))) {
    if (name.endsWith('.sh')) await chmod(join(unpacked, 'bin', name), 0o755)
  }
  return unpacked
}

/**
 * Gives the folder of an unmodified Keycloak distribution. The first call gets it through Maven, compares the SHA-256 of
 * the pinned version with the pinned one and unpacks it; it may be interrupted at any point and started again. Another
 * version, which only a compatibility run asks for, has nothing but Maven's own checksum.
 */
export const fetchKeycloak = async (
  tools: BuildTools,
  progress: Progress,
  version: string = KEYCLOAK_SERVER_VERSION,
): Promise<string> => {
  const place = join(CACHE, `keycloak-${version}`)
  if (existsSync(place)) return place
  return inWorkFolder(async (folder) => {
    progress(`Fetching Keycloak ${version} through Maven (${coordinatesOf(version)})`)
    const archive = await download(folder, version, tools, progress)
    if (version === KEYCLOAK_SERVER_VERSION) {
      await assertChecksum(archive, KEYCLOAK_DISTRIBUTION_SHA256)
      progress('  The checksum is the pinned one; unpacking')
    }
    await moveIntoPlace(await unpack(archive, version, folder, tools.javaHome), place)
    return place
  })
}
