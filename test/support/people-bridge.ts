import { randomUUID } from 'node:crypto'
import { exportJWK } from 'jose'
import request from 'supertest'
import { createUnratifyCase } from '../../bridge/app/approval/unratify-case.ts'
import { wordPlace } from '../../bridge/app/notice/queue-notice.ts'
import { createResolveActor } from '../../bridge/app/operations/resolve-actor.ts'
import type { SealedSecret } from '../../bridge/app/ports.ts'
import { composeOperations } from '../../bridge/compose-operations.ts'
import { composeRecording } from '../../bridge/compose-recording.ts'
import { sha256OfBytes } from '../../bridge/crypto/sha256.ts'
import { createSignExport } from '../../bridge/crypto/sign-export.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { createOperationsServer } from '../../bridge/http/operations/operations-server.ts'
import type { RateLimits } from '../../bridge/http/operations/rate-limits.ts'
import { createVerifyOperationsToken } from '../../bridge/keycloak/verify-operations-token.ts'
import { outsideHoursOf } from '../../bridge/policy/derive-facts.ts'
import { withPolicy } from './builders.ts'
import { createMemoryPeople } from './memory-people.ts'
import { analysts, leads, peoplePolicy, watch } from './people-policy.ts'
import { createRecordingLog } from './recording-log.ts'
import { recordingPorts } from './recording-ports.ts'
import { bridgeId, type SigningRealm } from './signing-realm.ts'
import { codeAt, createInstallation, createStepBridge } from './step-bridge.ts'
import type { TestStore } from './test-store.ts'

export type PeopleBridgeOptions = {
  store: TestStore
  policy?: Policy
  /** Values of `acr` that are strong enough for acts; any where absent. */
  acceptedAcr?: readonly string[]
  rateLimits?: RateLimits
  noticeChannels?: readonly ('mail' | 'webhook')[]
}

/** What came back; `code` is that of a problem, and `ok` where there was none. */
export type Told = { status: number; code: string; body: Record<string, unknown>; headers: Record<string, string> }

/** Claims that a token differs in; `undefined` removes one. */
export type TokenDiffers = Readonly<Record<string, unknown>>

/** What everybody has; the login says so too. */
export const usualRoles = ['default-roles-demo']

/** The subject of the stories, and people of each part. */
export const ada = 'user-ada'
const cast: Readonly<Record<string, { roles: readonly string[]; groups: readonly string[] }>> = {
  lead: { roles: ['may-approve', 'may-revoke'], groups: [leads] },
  'second-lead': { roles: ['may-approve'], groups: [leads] },
  analyst: { roles: ['may-approve', 'may-review'], groups: [analysts] },
  officer: { roles: ['may-approve'], groups: [watch] },
  verifier: { roles: ['may-review-evidence'], groups: [] },
  reviewer: { roles: ['may-review'], groups: [] },
  'second-reviewer': { roles: ['may-review'], groups: [] },
  agent: { roles: ['may-open-for-another'], groups: [] },
  declarer: { roles: ['may-declare'], groups: [] },
  auditor: { roles: ['fallback-auditor'], groups: [] },
  stranger: { roles: [], groups: [] },
}

/**
 * The login side and the operations API of one bridge, over one store, clock, policy and Keycloak's people, with tokens
 * that its realms sign.
 */
export const createPeopleBridge = async ({ store, ...options }: PeopleBridgeOptions) => {
  const installation = await createInstallation()
  const { realm, otherRealm, secretBox, clock, advance, answerKeys } = installation
  const { noticeChannels = [] } = options
  const policy = options.policy ?? peoplePolicy()
  const people = createMemoryPeople()
  for (const { name } of [realm, otherRealm]) {
    people.put(name, ada, { roles: usualRoles })
    for (const [id, facts] of Object.entries(cast)) people.put(name, id, facts)
  }
  const steps = await createStepBridge({ store, policy, people, installation, noticeChannels })
  const recording = recordingPorts(clock, { secretBox, noticeChannels })
  const { unitOfWork } = store
  const demand = { maxAgeMs: 900_000, acceptedAcr: options.acceptedAcr }
  const log = createRecordingLog()
  let isDraining = false
  const app = createOperationsServer({
    operations: composeOperations({
      ...recording,
      unitOfWork,
      people,
      findPolicy: withPolicy(policy),
      outsideHoursOf,
      sha256OfBytes,
      log,
      signExport: createSignExport({
        key: answerKeys.privateKey,
        publicJwk: await exportJWK(answerKeys.publicKey),
      }),
      bridgeId,
      version: 'test',
      wakeJobs: () => {},
    }),
    verifyToken: createVerifyOperationsToken({
      realms: [realm, otherRealm],
      bridgeId,
      clients: ['fallback-bridge-cli', 'fallback-console'],
      clock,
    }),
    resolveActor: createResolveActor({ people, unitOfWork, clock, demand }),
    demand,
    clock,
    log,
    metrics: { operationAnswered: () => {} },
    isDraining: () => isDraining,
    ...(options.rateLimits === undefined ? {} : { rateLimits: options.rateLimits }),
  })

  const claimsOf = (user: string, differs: TokenDiffers, by: SigningRealm): Record<string, unknown> => {
    const seconds = Math.floor(clock() / 1000)
    const claims: Record<string, unknown> = {
      iss: by.issuer,
      aud: [bridgeId, 'account'],
      sub: user,
      sid: `session-of-${user}`,
      jti: randomUUID(),
      typ: 'Bearer',
      azp: 'fallback-bridge-cli',
      preferred_username: `name-of-${user}`,
      acr: 'passkey',
      auth_time: seconds - 60,
      iat: seconds,
      exp: seconds + 300,
      ...differs,
    }
    return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
  }
  const token = (user: string, differs: TokenDiffers = {}, by = realm, header = {}): Promise<string> =>
    by.sign(claimsOf(user, differs, by), { typ: 'JWT', ...header })

  const send = async (
    bearer: string | undefined,
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<Told> => {
    const call = request(app)[method === 'get' ? 'get' : 'post'](path)
    if (bearer !== undefined) call.set('Authorization', `Bearer ${bearer}`)
    if (method !== 'get') call.set('Content-Type', 'application/json')
    for (const [name, value] of Object.entries(headers)) call.set(name, value)
    const response = await (body === undefined ? call : call.send(body))
    const told = response.text === '' || response.type === 'text/html' ? {} : JSON.parse(response.text)
    return { status: response.status, code: told.code ?? 'ok', body: told, headers: response.headers }
  }
  /** A call of somebody who signed in a minute ago. */
  const get = async (user: string, path: string): Promise<Told> => send(await token(user), 'get', path)
  const post = async (user: string, path: string, body: object = {}): Promise<Told> =>
    send(await token(user), 'post', path, body)

  /** Ada, or another subject, enrols and begins a login that waits; gives what people need to decide on it. */
  const waiting = async (differs: Record<string, unknown> = {}) => {
    const { secret, factors } = await steps.enrol('sub' in differs ? { sub: differs['sub'] } : {})
    const login = { factors, ...differs }
    const { answer } = await steps.ask(login)
    if (answer['kind'] !== 'wait') throw new Error(`Nobody is asked: ${JSON.stringify(answer)}`)
    return { secret, login, id: String(answer['case']), match: String(answer['match']) }
  }
  const story = async (id: string, user = 'auditor') => (await get(user, `/v1/cases/${id}`)).body as Story
  /** What an approver sends who has looked at the case now. */
  const approval = async ({ id, match }: { id: string; match: string }, differs: object = {}) => {
    const { case: current, request: asked } = await story(id)
    const shown = { version: current.version, factsDigest: asked.factsDigest }
    // A denial, and another way, say nothing of what was seen.
    const seen = 'verdict' in differs || 'method' in differs ? {} : { seen: atTheGate }
    return { verdict: 'approve', ...shown, match, method: 'in_person', ...seen, reason: because, ...differs }
  }
  const decide = async (user: string, about: { id: string; match: string }, differs: object = {}): Promise<Told> =>
    post(user, `/v1/cases/${about.id}/decisions`, await approval(about, differs))
  const giveText = (id: string, user = 'agent'): Promise<Told> =>
    post(user, `/v1/cases/${id}/evidence`, { item: 'what-happened', text: 'The reader at gate 3 is broken.' })

  const { revokeAccess } = composeRecording(recording)
  const unratify = createUnratifyCase({ unitOfWork, clock, revokeAccess })
  return {
    app,
    steps,
    store,
    people,
    realm,
    otherRealm,
    answerKeys,
    clock,
    advance,
    log,
    token,
    send,
    get,
    post,
    waiting,
    story,
    approval,
    decide,
    giveText,
    /** The word of a notice that waits, as its mail will have it. */
    openWord: (of: RealmName, notice: string, word: SealedSecret) => secretBox.open(word, wordPlace(of, notice)),
    drain: () => {
      isDraining = true
    },
    /** The job that takes back what nobody confirmed or ratified. */
    runUnratify: (id: string) =>
      unratify({
        id: 'job-1',
        kind: 'unratify_case',
        realm: realm.name,
        lane: 'unratify',
        about: id,
        dueAt: clock(),
        attempts: 1,
      }),
    /** Types the right code of a login. */
    enterCode: ({ secret, login }: { secret: string; login: Record<string, unknown> }) =>
      steps.ask({ ...login, action: 'submit', input: { code: codeAt(secret, clock()) } }),
    poll: ({ login }: { login: Record<string, unknown> }) => steps.ask({ ...login, action: 'poll' }),
    /** Keycloak says that the session stands. */
    use: (id: string) =>
      unitOfWork(async (tx) => {
        const current = await tx.cases.find(realm.name, asId(id))
        if (current === undefined) throw new Error('no such case')
        await composeRecording(recording).recordChange(tx, current, 'use', { actor: 'system', facts: {} })
      }),
  }
}

export type PeopleBridge = Awaited<ReturnType<typeof createPeopleBridge>>

/** Where somebody was met, and what was seen. */
export const atTheGate = { place: 'Gate 3', document: 'staff_badge' }

/** A reason of the right length. */
export const because = 'Known by sight, stands before me.'

/** Of a story, what tests look at by name. */
export type Story = Record<string, unknown> & {
  case: { version: number; state: string }
  request: { factsDigest: string; demands: { given: number }[] }
  approvals: { state: string; person: { id: string; name: string } }[]
  evidence: { evidenceDigest: string; missing: string[]; items: { id: string; late: boolean }[] }
  reviews: { id: string; kind: string; done: Record<string, unknown> | null }[]
  history: { event: string; facts: Record<string, unknown> }[]
}
