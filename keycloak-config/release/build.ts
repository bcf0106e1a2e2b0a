import { printProgress } from '../server/progress.ts'
import { SetupError } from '../server/setup-error.ts'
import { buildPackage } from './build-package.ts'

// The command `npm run build`.
try {
  printProgress(`The npm package is in ${await buildPackage(printProgress)}.`)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
