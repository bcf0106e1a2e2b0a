import { ensureBuildTools } from '../server/build-tools.ts'
import { SetupError } from '../server/setup-error.ts'
import { makeRelease } from './make-release.ts'

// The command `npm run release`; with --json the result is one document on standard output. Progress goes to the other.
const progress = (line: string) => process.stderr.write(`${line}\n`)

try {
  const release = await makeRelease(await ensureBuildTools(progress), progress)
  const lines = release.files.map(({ name, bytes }) => `  ${name}  ${Math.ceil(bytes / 1024)} kB\n`)
  process.stdout.write(
    process.argv.includes('--json')
      ? `${JSON.stringify(release)}\n`
      : `Version ${release.version} is in ${release.folder}\n${lines.join('')}  SHA256SUMS\n`,
  )
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
