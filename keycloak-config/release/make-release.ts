import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { version } from '../../bridge/version.ts'
import type { BuildTools } from '../server/build-tools.ts'
import { REPOSITORY } from '../server/locations.ts'
import type { Progress } from '../server/progress.ts'
import { inWorkFolder } from '../server/work-folder.ts'
import { buildPackage } from './build-package.ts'
import { buildReleaseJar } from './build-release-jar.ts'
import { runNpm } from './run-npm.ts'

/** Where a release stands when it is made; git ignores it. */
export const RELEASE_FOLDER = `${REPOSITORY}dist/release/`

/** The checksums of a release, in the form that `sha256sum --check` reads. */
export const CHECKSUMS = 'SHA256SUMS'

/** One file of a release. */
export type ReleaseFile = { name: string; bytes: number; sha256: string }
/** What was made: one version, one folder. */
export type Release = { version: string; folder: string; files: readonly ReleaseFile[] }

/**
 * Makes everything that is given away of this version, anew: npm package, provider jar, a bill of materials (CycloneDX)
 * of each, and their checksums. The folder is replaced at the end, so it never holds half a release.
 * @throws SetupError with a sentence and a program's last lines
 */
export const makeRelease = (tools: BuildTools, progress: Progress): Promise<Release> =>
  inWorkFolder(async (folder) => {
    const made = join(folder, 'release')
    await mkdir(made)
    const place = (kind: string) => join(made, `keycloak-fallback-bridge-${kind}`)

    const built = await buildPackage(progress)
    progress('Packing it')
    await runNpm(built, 'pack', '--pack-destination', made)
    const bom = await runNpm(built, 'sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only')
    await writeFile(place(`${version}.cdx.json`), `${bom}\n`)

    const provider = await buildReleaseJar(tools, join(folder, 'provider'), progress)
    await copyFile(provider.jar, place(`provider-${version}.jar`))
    await copyFile(provider.bom, place(`provider-${version}.cdx.json`))

    const files = await Promise.all(
      ['.tgz', '.cdx.json']
        .map((ending) => describeFile(made, `keycloak-fallback-bridge-${version}${ending}`))
        .concat(
          ['.jar', '.cdx.json'].map((ending) =>
            describeFile(made, `keycloak-fallback-bridge-provider-${version}${ending}`),
          ),
        ),
    )
    await writeFile(join(made, CHECKSUMS), files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''))
    await rm(RELEASE_FOLDER, { recursive: true, force: true })
    await rename(made, RELEASE_FOLDER)
    return { version, folder: RELEASE_FOLDER, files }
  })

const describeFile = async (folder: string, name: string): Promise<ReleaseFile> => {
  const path = join(folder, name)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { name, bytes: (await stat(path)).size, sha256 }
}
