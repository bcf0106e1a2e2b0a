import { testProvider } from './build-provider.ts'
import { ensureBuildTools } from './build-tools.ts'
import { printProgress } from './progress.ts'
import { SetupError } from './setup-error.ts'

try {
  process.exitCode = await testProvider(await ensureBuildTools(printProgress), printProgress)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
