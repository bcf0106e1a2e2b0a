import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeJwt, exportJWK, jwtVerify } from 'jose'
import { generateSync } from 'otplib'
import request from 'supertest'
import type { People } from '../../bridge/app/people-ports.ts'
import type { Log, Metrics } from '../../bridge/app/ports.ts'
import { composeSteps } from '../../bridge/compose-steps.ts'
import { createSecretBox } from '../../bridge/crypto/secret-box.ts'
import { createTotp } from '../../bridge/crypto/totp.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { createSignAnswer } from '../../bridge/http/sign-answer.ts'
import { createStepServer } from '../../bridge/http/step-server.ts'
import { createVerifyRequest } from '../../bridge/http/verify-request.ts'
import { deriveFacts } from '../../bridge/policy/derive-facts.ts'
import { demoPolicy, enabledOwners, withPolicy } from './builders.ts'
import { nobody, recordingPorts } from './recording-ports.ts'
import { bridgeId, createSigningRealm, type SigningRealm, stepClaims } from './signing-realm.ts'
import type { TestStore } from './test-store.ts'

/** What came back: the verified answer of a 200, or status and code of a problem. */
export type Reply = { status: number; answer: Record<string, unknown>; code: string | undefined }

/** What bridges of one installation share: realms, keys and, in a test, the clock. */
export type Installation = Awaited<ReturnType<typeof createInstallation>>

/** A fresh installation, whose clock the test sets. */
export const createInstallation = async (startAt = 1_800_000_000_000) => {
  let now = startAt
  return {
    realm: await createSigningRealm('demo'),
    otherRealm: await createSigningRealm('other'),
    answerKeys: generateKeyPairSync('ed25519'),
    secretBox: createSecretBox([{ id: '1', key: createSecretKey(randomBytes(32)) }]),
    clock: () => now,
    advance: (ms: number) => {
      now += ms
    },
  }
}

export type StepBridgeOptions = {
  store: TestStore
  policy?: Policy | undefined
  switchedOff?: 'realm' | 'client'
  /** Whom Keycloak knows; nobody where absent. */
  people?: People
  noticeChannels?: readonly ('mail' | 'webhook')[]
  /** Shared with another bridge where given: two replicas of one installation. */
  installation?: Installation
}

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} }
const uncounted: Metrics = {
  stepAnswered: () => {},
  stepRefused: () => {},
  operationAnswered: () => {},
  jobRun: () => {},
}

/**
 * A whole bridge in this process, from HTTP to a real database, with a clock that the test sets and realms that sign
 * as Keycloak does.
 */
export const createStepBridge = async ({ store, installation, ...options }: StepBridgeOptions) => {
  const shared = installation ?? (await createInstallation())
  const { realm, otherRealm, answerKeys, secretBox, clock, advance } = shared
  const policy = 'policy' in options ? options.policy : demoPolicy()
  for (const { name } of [realm, otherRealm]) {
    await store.unitOfWork((tx) => tx.owners.saveStates(name, enabledOwners, clock()))
  }
  const steps = composeSteps({
    ...recordingPorts(clock, { secretBox, noticeChannels: options.noticeChannels ?? [] }),
    unitOfWork: store.unitOfWork,
    findPolicy: withPolicy(policy, options.switchedOff),
    deriveFacts,
    totp: createTotp(),
    people: options.people ?? nobody,
    wakeJobs: () => {},
  })
  const app = createStepServer({
    verifyRequest: createVerifyRequest({ realms: [realm, otherRealm], bridgeId, clock, skewSeconds: 5 }),
    answerStep: steps,
    signAnswer: createSignAnswer({
      key: answerKeys.privateKey,
      publicJwk: await exportJWK(answerKeys.publicKey),
      bridgeId,
      version: 'test',
      clock,
    }),
    log: quiet,
    metrics: uncounted,
    clock,
    isDraining: () => false,
  })

  const post = async (body: string, type = 'application/jwt'): Promise<Reply> => {
    const response = await request(app).post('/v1/step').set('Content-Type', type).send(body)
    if (response.status !== 200) {
      return { status: response.status, answer: {}, code: String(JSON.parse(response.text).code) }
    }
    const { payload } = await jwtVerify(response.text, answerKeys.publicKey, {
      typ: 'fallback-answer+jwt',
      algorithms: ['EdDSA'],
      issuer: bridgeId,
      currentDate: new Date(clock()),
    })
    if (payload['in_reply_to'] !== decodeJwt(body).jti) throw new Error('an answer to another request')
    return { status: 200, answer: payload, code: undefined }
  }

  const ask = async (differs: Record<string, unknown> = {}, by: SigningRealm = realm): Promise<Reply> =>
    post(await by.sign(stepClaims(by, clock(), differs)))

  /** Enrols the bridge's TOTP for a user; gives what later logins need. */
  const enrol = async (differs: Record<string, unknown> = {}, by: SigningRealm = realm) => {
    const login = { sid: 'enrolment', tab: 'enrolment', execution: 'enrol', failure: undefined, ...differs }
    const names = { label: 'ada', issuer: 'Demo' }
    const begun = await ask({ ...login, action: 'begin_enrolment', input: names }, by)
    const secret = String(begun.answer['secret'])
    const factor = String(begun.answer['factor'])
    const input = { ...names, factor, code: codeAt(secret, clock()) }
    const confirmed = await ask({ ...login, action: 'confirm_enrolment', input }, by)
    if (confirmed.answer['kind'] !== 'enrolled') throw new Error(`not enrolled: ${JSON.stringify(confirmed)}`)
    // The step of the first code is used up.
    advance(stepMs)
    return { secret, factors: [{ type: 'bridge-totp', handle: factor }] }
  }

  return {
    app,
    realm,
    otherRealm,
    post,
    ask,
    enrol,
    now: clock,
    advance,
  }
}

export type StepBridge = Awaited<ReturnType<typeof createStepBridge>>

export const stepMs = 30_000

/** The right code of a secret at a time. */
export const codeAt = (secret: string, at: number): string =>
  generateSync({ secret, epoch: Math.floor(at / 1000), algorithm: 'sha1', digits: 6, period: 30 })

/** A code that is wrong now and was not right a step ago, nor will be in the next. */
export const wrongCode = (secret: string, at: number): string => {
  const right = [-1, 0, 1].map((steps) => codeAt(secret, at + steps * stepMs))
  const candidates = ['000000', '111111', '222222', '333333']
  return candidates.find((candidate) => !right.includes(candidate)) ?? '444444'
}
