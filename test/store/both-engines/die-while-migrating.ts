import { openDatabase } from '../../../bridge/store/open-database.ts'
import { openDeps } from '../../support/each-engine.ts'

// Migrates the database of the first argument, and is killed when all statements of one migration are done but not
// committed: that is when its date is asked for. The second argument says which, 1 is the first that the database lacks.
const [, , url = '', number = ''] = process.argv
let left = Number(number) - 1
const clock = () => {
  left -= 1
  if (left < 0) process.kill(process.pid, 'SIGKILL')
  return openDeps.clock()
}
await openDatabase(url, { ...openDeps, clock })
