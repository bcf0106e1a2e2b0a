import { chmod, cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oldestNode } from '../../bridge/bin/require-node.ts'
import { REPOSITORY } from '../server/locations.ts'
import type { Progress } from '../server/progress.ts'
import { publishedManifest } from './published-manifest.ts'
import { runInstalled, runNpm } from './run-npm.ts'

/** The npm package before it is packed; git ignores it. Its folder's name is the one a bill of materials shows. */
export const PACKAGE_FOLDER = `${REPOSITORY}dist/keycloak-fallback-bridge/`

/** What the package holds beside the JavaScript that tsc writes: from the repository, to the package. */
const copied: Readonly<Record<string, string>> = {
  'bridge/policy/packs': 'bridge/policy/packs',
  'bridge/policy/policy.schema.json': 'bridge/policy/policy.schema.json',
  'bridge/README.md': 'README.md',
  'CHANGELOG.md': 'CHANGELOG.md',
  'SECURITY.md': 'SECURITY.md',
  'package-lock.json': 'package-lock.json',
}

/**
 * Builds the npm package anew: JavaScript, policy packs, and a lock file of the production dependencies alone, so that
 * an install gets the versions that were tested.
 * @throws SetupError with the compiler's or npm's last lines
 */
export const buildPackage = async (progress: Progress): Promise<string> => {
  progress('Compiling the bridge')
  await rm(PACKAGE_FOLDER, { recursive: true, force: true })
  await runInstalled(REPOSITORY, 'tsc', '--project', 'bridge/tsconfig.build.json')
  for (const [from, to] of Object.entries(copied)) {
    await cp(join(REPOSITORY, from), join(PACKAGE_FOLDER, to), { recursive: true })
  }
  const manifest = publishedManifest(JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')), oldestNode)
  await writeFile(join(PACKAGE_FOLDER, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const file of Object.values(manifest.bin)) await chmod(join(PACKAGE_FOLDER, file), 0o755)
  progress('Locking its dependencies')
  await runNpm(
    PACKAGE_FOLDER,
    'install',
    '--package-lock-only',
    '--prefer-offline',
    '--omit-lockfile-registry-resolved',
  )
  await rename(join(PACKAGE_FOLDER, 'package-lock.json'), join(PACKAGE_FOLDER, 'npm-shrinkwrap.json'))
  return PACKAGE_FOLDER
}
