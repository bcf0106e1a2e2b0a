import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK } from 'jose'
import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { composeSteps } from '../../bridge/compose-steps.ts'
import { createSecretBox } from '../../bridge/crypto/secret-box.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { createTotp } from '../../bridge/crypto/totp.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { createSignAnswer } from '../../bridge/http/sign-answer.ts'
import { createStepServer } from '../../bridge/http/step-server.ts'
import { createVerifyRequest } from '../../bridge/http/verify-request.ts'
import { deriveFacts } from '../../bridge/policy/derive-facts.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { demoPolicy, enabledOwners, withPolicy } from './builders.ts'
import { nobody, recordingPorts } from './recording-ports.ts'
import { bridgeId } from './signing-realm.ts'

/** What the parent gives on the command line, as JSON. */
export type StepProcessOptions = {
  url: string
  issuer: string
  realmKey: string
  answerKey: string
  dataKey: string
  now: number
  /** Where this process kills itself, counted in transactions; never where absent. */
  die?: { at: 'before-commit' | 'after-commit'; transaction: number }
}

/**
 * A bridge in a process of its own, with the product's parts around one wrapped transaction: the wrapper kills the
 * process as `kill -9` would, at the named point. The product itself knows nothing of it.
 */
const dyingUnitOfWork = (unitOfWork: UnitOfWork, die: StepProcessOptions['die']): UnitOfWork => {
  let transaction = 0
  return async (work) => {
    transaction += 1
    const doomed = die?.transaction === transaction
    const result = await unitOfWork(async (tx) => {
      const value = await work(tx)
      if (doomed && die.at === 'before-commit') process.kill(process.pid, 'SIGKILL')
      return value
    })
    if (doomed) process.kill(process.pid, 'SIGKILL')
    return result
  }
}

const options: StepProcessOptions = JSON.parse(process.argv[2] ?? '')
const clock = () => options.now
const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const realmKey = createPublicKey(options.realmKey)
const answerKey = createPrivateKey(options.answerKey)
const database = await openDatabase(options.url, { sha256, clock, log: quiet })
// Not by the wrapped transactions, whose number a test counts.
await createUnitOfWork(database, { sha256 })((tx) => tx.owners.saveStates(asId('demo'), enabledOwners, clock()))
const app = createStepServer({
  verifyRequest: createVerifyRequest({
    realms: [{ name: asId('demo'), issuer: options.issuer, keys: async () => realmKey }],
    bridgeId,
    clock,
    skewSeconds: 5,
  }),
  answerStep: composeSteps({
    ...recordingPorts(clock, {
      secretBox: createSecretBox([{ id: '1', key: createSecretKey(Buffer.from(options.dataKey, 'base64')) }]),
    }),
    unitOfWork: dyingUnitOfWork(createUnitOfWork(database, { sha256 }), options.die),
    people: nobody,
    findPolicy: withPolicy(demoPolicy()),
    deriveFacts,
    totp: createTotp(),
    wakeJobs: () => {},
  }),
  signAnswer: createSignAnswer({
    key: answerKey,
    publicJwk: await exportJWK(createPublicKey(options.answerKey)),
    bridgeId,
    version: 'test',
    clock,
  }),
  log: quiet,
  metrics: { stepAnswered: () => {}, stepRefused: () => {}, operationAnswered: () => {}, jobRun: () => {} },
  clock,
  isDraining: () => false,
})
const server = createServer(app).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
