import { sha256 } from '../../bridge/crypto/sha256.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { openDeps } from '../support/each-engine.ts'
import { freshFactor } from './both-engines/fixtures.ts'

// Opens the database of the first argument, uses up step 100 of the fresh factor, says `open` and keeps it open until
// it is killed or its input ends.
const useStep = async () => {
  const database = await openDatabase(process.argv[2] ?? '', openDeps)
  await createUnitOfWork(database, { sha256 })(async (tx) => {
    const factor = freshFactor()
    await tx.factors.insert(factor)
    await tx.factors.consumeStep(factor.realm, factor.handle, 100)
  })
}

await useStep()
// Nothing refers to the database any more; the file must stay taken all the same.
for (let turn = 0; turn < 5; turn += 1) {
  globalThis.gc?.()
  await new Promise((resolve) => setImmediate(resolve))
}
process.stdout.write('open\n')
process.stdin.on('end', () => process.exit()).resume()
