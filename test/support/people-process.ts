import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { createPeopleBridge } from './people-installation.ts'

/** What the parent gives on the command line, as JSON. */
export type PeopleProcessOptions = {
  url: string
  now: number
  act: { kind: 'approve'; case: string; by: string } | { kind: 'run_jobs' }
  /** The process kills itself at the commit of the transaction that writes the approval, or settles the ratification. */
  die: 'before-commit' | 'after-commit'
}

const options: PeopleProcessOptions = JSON.parse(process.argv[2] ?? '')
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const database = await openDatabase(options.url, { sha256, clock: () => options.now, log: quiet })
const unitOfWork = createUnitOfWork(database, { sha256 })

/** Kills this process as `kill -9` would. The product itself knows nothing of it. */
const dying: UnitOfWork = async (work) => {
  let isDoomed = false
  const doom = () => {
    isDoomed = true
  }
  const result = await unitOfWork(async (tx) => {
    const value = await work({
      ...tx,
      approvals: { ...tx.approvals, insert: (one) => tx.approvals.insert(one).then(doom) },
      ratifications: { ...tx.ratifications, settle: (...args) => tx.ratifications.settle(...args).then(doom) },
    })
    if (isDoomed && options.die === 'before-commit') process.kill(process.pid, 'SIGKILL')
    return value
  })
  if (isDoomed) process.kill(process.pid, 'SIGKILL')
  return result
}

const bridge = createPeopleBridge({ replicas: [{ unitOfWork: dying }], startAt: options.now })
if (options.act.kind === 'approve') {
  bridge.person(options.act.by)
  await bridge.approve(asId(options.act.case), options.act.by)
} else {
  await bridge.runJobs()
}
process.stdout.write('answered\n')
