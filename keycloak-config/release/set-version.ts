import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../server/locations.ts'
import { newestReleased, released } from './changelog-heading.ts'
import { versionPattern, withVersion } from './version-places.ts'

// The command `npm run set-version <version>`: the version everywhere, and what was unreleased under its heading.
const [, , version = ''] = process.argv
if (!new RegExp(`^${versionPattern}$`).test(version)) {
  process.stderr.write('Usage: npm run set-version <version>, for instance 0.2.0\n')
  process.exit(2)
}
for (const [file, text] of withVersion(version)) writeFileSync(join(REPOSITORY, file), text)
const changelog = join(REPOSITORY, 'CHANGELOG.md')
const text = readFileSync(changelog, 'utf8')
if (newestReleased(text) !== version) {
  writeFileSync(changelog, released(text, version, new Date().toISOString().slice(0, 10)))
}
process.stdout.write(`Version ${version} is set. Look at the changes, run the tests, then npm run release.\n`)
