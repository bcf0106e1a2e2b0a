import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { DecideApprovalAsk } from '../../bridge/app/approval/decide-approval.ts'
import { factorPlace } from '../../bridge/app/factor-place.ts'
import type { OperationRefusal } from '../../bridge/app/operations/refusal.ts'
import type { Actor, People, PersonFacts } from '../../bridge/app/people-ports.ts'
import type { Keycloak, Transaction, UnitOfWork } from '../../bridge/app/ports.ts'
import type { StepAction } from '../../bridge/app/step-command.ts'
import { composeJobs, type JobPorts } from '../../bridge/compose-jobs.ts'
import { composeOperations } from '../../bridge/compose-operations.ts'
import type { RecordingPorts } from '../../bridge/compose-recording.ts'
import { composeSteps } from '../../bridge/compose-steps.ts'
import { sha256OfBytes } from '../../bridge/crypto/sha256.ts'
import type { MadeSure, Seen } from '../../bridge/domain/approval/made-sure.ts'
import { canonicalJson } from '../../bridge/domain/canonical-json.ts'
import type { FallbackCase } from '../../bridge/domain/case.ts'
import { asId, type CaseId, type RealmName, type UserId } from '../../bridge/domain/ids.ts'
import type { OverrideEvent } from '../../bridge/domain/override-event.ts'
import type { VerificationMethod } from '../../bridge/domain/policy/ceilings.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import type { StepAnswer } from '../../bridge/domain/step-answer.ts'
import { deriveFacts, outsideHoursOf } from '../../bridge/policy/derive-facts.ts'
import { peoplePolicy } from './asking-policy.ts'
import { createBarrier } from './barrier.ts'
import { createManualTime } from './manual-time.ts'
import { createRecordingLog } from './recording-log.ts'
import { recordingPorts } from './recording-ports.ts'
import { until } from './until.ts'

export const demo: RealmName = asId('demo')
const reason = 'called back on the number on record'
/** The code that the test's one authenticator shows; each time it is right it is another time step. */
export const rightCode = '123456'

/** Where somebody was met, and what was seen. */
export const atTheGate: Seen = { place: 'Gate 3', document: 'staff_badge' }

/** What an approver says in another way than usual. */
export type ApprovalDiffers = Partial<Pick<DecideApprovalAsk, 'version' | 'factsDigest' | 'match' | 'reason'>> & {
  method?: VerificationMethod
  seen?: Seen
}

/** A login of a person: one browser, one tab. */
export type Login = { realm: RealmName; user: UserId; session: string; tab: string; ip?: string; client?: string }

export type PeopleBridgeOptions = {
  /** One for each replica: the same database, opened once or several times. */
  replicas: readonly { unitOfWork: UnitOfWork }[]
  policy?: Policy
  recording?: Partial<RecordingPorts>
  notices?: Partial<JobPorts['notices']>
  startAt?: number
}

/**
 * Logins, acts of people and jobs of one installation over a real database, without HTTP: people are a table of this test,
 * Keycloak's sessions a map, and time stands still until it is moved.
 */
export const createPeopleBridge = ({ replicas, ...options }: PeopleBridgeOptions) => {
  const time = createManualTime(options.startAt)
  const { clock } = time
  const log = createRecordingLog()
  const directory = new Map<string, PersonFacts>()
  const sessions = new Map<string, CaseId>()
  const events: OverrideEvent[] = []
  const current = { policy: options.policy ?? peoplePolicy() }
  const recording = recordingPorts(clock, options.recording ?? {})
  let steps = 0
  let gate = async (): Promise<void> => {}
  let finds = 0

  const keyOf = (realm: RealmName, id: UserId) => `${realm}\n${id}`
  const people: People = {
    find: async (realm, ids) => {
      finds += 1
      await gate()
      return new Map(
        ids.flatMap((id): [UserId, PersonFacts][] => {
          const found = directory.get(keyOf(realm, id))
          return found === undefined ? [] : [[id, found]]
        }),
      )
    },
    findNamed: async (realm, idOrName) => directory.get(keyOf(realm, asId(idOrName))),
    membersOf: async (realm, group) =>
      [...directory].flatMap(([key, person]) =>
        key.startsWith(`${realm}\n`) && person.enabled && person.groups.includes(group) ? [person] : [],
      ),
  }
  const keycloak: Keycloak = {
    writeEvent: async (event) => {
      if (events.some(({ id }) => id === event.id)) return 'already_there'
      events.push(event)
      return 'written'
    },
    hasEvent: async (event) => events.some(({ id }) => id === event.id),
    findFallbackSession: async (_realm, session) => {
      const about = sessions.get(session)
      return about === undefined ? undefined : { id: session, case: about }
    },
    endFallbackSession: async (_realm, session) => sessions.delete(session),
    status: () => Promise.reject(new Error('no test asks for it')),
    ownerStates: async () => ({}),
  }
  const parts = replicas.map(({ unitOfWork }) => {
    const ports = {
      ...recording,
      unitOfWork,
      people,
      findPolicy: async () => ({ policy: current.policy, switchedOff: undefined }),
      wakeJobs: () => {},
    }
    return {
      unitOfWork,
      operations: composeOperations({
        ...ports,
        outsideHoursOf,
        sha256OfBytes,
        log,
        // The payload itself: nobody checks signatures here.
        signExport: async (told) => canonicalJson(told),
        bridgeId: 'fallback-bridge',
        version: 'test',
      }),
      answerStep: composeSteps({
        ...ports,
        deriveFacts,
        totp: {
          createSecret: () => 'a secret',
          // Every right code is of a later step than all before.
          matchStep: (_secret, code) => {
            steps += 1
            return code === rightCode ? steps : undefined
          },
          present: () => ({ uri: '', qr: '' }),
        },
      }),
    }
  })
  const first = parts[0]
  assert.ok(first)
  const { unitOfWork, operations } = first
  const once = <Result>(work: (tx: Transaction) => Promise<Result>) => unitOfWork(work)

  /** Adds or replaces an account; in the group that approves, with the role for it, unless told otherwise. */
  const person = (name: string, differs: Partial<PersonFacts> = {}, realm = demo): PersonFacts => {
    const known = directory.get(keyOf(realm, asId(name)))
    const fresh: PersonFacts = {
      id: asId(name),
      name,
      enabled: true,
      isServiceAccount: false,
      roles: ['approver'],
      groups: ['/leads'],
      identity: undefined,
      manager: undefined,
      email: `${name}@example.org`,
      locale: undefined,
      ...known,
      ...differs,
    }
    directory.set(keyOf(realm, fresh.id), fresh)
    return fresh
  }

  const actor = (name: string, realm = demo): Actor => {
    const known = directory.get(keyOf(realm, asId(name)))
    assert.ok(known, `nobody is called ${name}`)
    return { realm, person: known, acr: '2', authTime: clock(), token: randomUUID() }
  }

  /** Somebody with a factor, who may nothing but log in. */
  const subject = async (name: string, realm = demo): Promise<Login> => {
    const user = person(name, { roles: [], groups: [] }, realm).id
    const place = { realm, user, handle: handleOf(user) }
    await once(async (tx) => {
      await tx.owners.saveStates(realm, { owner: 'enabled', deputy: 'enabled' }, clock())
      await tx.factors.insert({
        ...place,
        state: 'confirmed',
        session: '',
        secret: recording.secretBox.seal('a secret', factorPlace(place)),
        lastStep: undefined,
        confirmAttempts: 0,
        createdAt: clock() - 86_400_000,
        confirmedAt: clock() - 86_400_000,
      })
    })
    return { realm, user, session: `session-of-${name}`, tab: 'tab-1' }
  }

  const step = (login: Login, action: StepAction, replica = 0): Promise<StepAnswer> => {
    const { realm, user, session, tab, client = 'app', ip = '10.0.0.1' } = login
    const known = directory.get(keyOf(realm, user))
    const now = clock()
    const part = parts[replica % parts.length] ?? first
    return part.answerStep({
      binding: { realm, user, session, tab, client, execution: 'step-1' },
      jti: randomUUID(),
      sentAt: now,
      expiresAt: now + 30_000,
      operation: randomUUID(),
      failure: { class: 'cancelled_or_timed_out', at: now - 1000, count: 1, credentialType: 'webauthn', detail: '' },
      firstFactor: { kind: 'password', at: now - 5000 },
      factors: [{ type: 'bridge-totp', handle: handleOf(user) }],
      requestedAcr: undefined,
      subject: { roles: known?.roles ?? [], groups: known?.groups ?? [] },
      requiredLevel: 0,
      completed: [],
      agent: {},
      authenticators: [],
      device: undefined,
      ip,
      provider: '0.1.0',
      server: '26.7.5',
      ...action,
    })
  }
  const begin = (login: Login) => step(login, { action: 'begin' })
  const poll = (login: Login, replica = 0) => step(login, { action: 'poll' }, replica)
  const submit = (login: Login, replica = 0) => step(login, { action: 'submit', code: rightCode }, replica)

  /** Begins, and gives the case that people are asked about. */
  const ask = async (login: Login): Promise<CaseId> => {
    const answer = await begin(login)
    assert.equal(answer.kind, 'wait', JSON.stringify(answer))
    return answer.kind === 'wait' ? answer.case : asId('')
  }

  const caseOf = async (id: CaseId, realm = demo): Promise<FallbackCase> => {
    const found = await once((tx) => tx.cases.find(realm, id))
    assert.ok(found)
    return found
  }
  const requestOf = async (id: CaseId, realm = demo) => {
    const found = await once((tx) => tx.approvals.findRequest(realm, id))
    assert.ok(found)
    return found
  }

  /** What an approver who has seen all of it would say; give what differs. */
  const approval = async (
    id: CaseId,
    { method = 'in_person', seen = atTheGate, ...differs }: ApprovalDiffers = {},
    realm = demo,
  ): Promise<Extract<DecideApprovalAsk, { verdict: 'approve' }>> => {
    const { version } = await caseOf(id, realm)
    const { factsDigest, match } = await requestOf(id, realm)
    const sure: MadeSure = method === 'in_person' ? { method, seen } : { method }
    return { case: id, verdict: 'approve', version, factsDigest, match, ...sure, reason, ...differs }
  }
  const approve = async (id: CaseId, name: string, differs = {}, realm = demo, replica = 0) =>
    (parts[replica % parts.length] ?? first).operations.decideApproval(
      actor(name, realm),
      await approval(id, differs, realm),
    )
  const deny = async (id: CaseId, name: string, realm = demo, replica = 0) => {
    const { version } = await caseOf(id, realm)
    const { factsDigest, match } = await requestOf(id, realm)
    const ask = { case: id, verdict: 'deny' as const, version, factsDigest, match, reason }
    return (parts[replica % parts.length] ?? first).operations.decideApproval(actor(name, realm), ask)
  }

  /** The login's browser comes back from the grant and becomes a session, as Keycloak would have it. */
  const enter = (login: Login, id: CaseId) => {
    sessions.set(login.session, id)
  }

  /** Lets the next so many questions to Keycloak be answered only when all of them were asked. */
  const gather = (count: number) => {
    gate = createBarrier(count)
  }

  /** Runs what is due until nothing is, at this time. */
  const runJobs = async (): Promise<void> => {
    const jobs = composeJobs({
      ...recording,
      unitOfWork,
      keycloak,
      people,
      notices: {
        textOf: ({ kind }) => ({ subject: kind, text: kind }),
        sendMail: undefined,
        sendWebhook: undefined,
        securityMail: [],
        ...options.notices,
      },
      timer: time.timer,
      random: () => 0.5,
      log,
      metrics: { jobRun: () => {} },
      owner: randomUUID(),
      readBackDelayMs: 1_000,
    })
    const isDue = async () => {
      const next = await once((tx) => tx.jobs.nextDue())
      return next !== undefined && next <= clock()
    }
    // A job that runs when the runner stops may leave another one behind.
    while (await isDue()) {
      jobs.start()
      await until('nothing is due', async () => {
        jobs.wake()
        return !(await isDue())
      })
      await jobs.stop()
    }
  }

  return {
    time,
    clock,
    log,
    directory,
    sessions,
    events,
    current,
    parts,
    operations,
    unitOfWork,
    once,
    people,
    keycloak,
    recording,
    person,
    actor,
    subject,
    step,
    begin,
    poll,
    submit,
    ask,
    caseOf,
    requestOf,
    approval,
    approve,
    deny,
    enter,
    gather,
    runJobs,
    /** How often Keycloak was asked about accounts by their ids. */
    finds: () => finds,
  }
}

export type PeopleBridge = ReturnType<typeof createPeopleBridge>

const handleOf = (user: UserId) => asId<Parameters<Transaction['factors']['confirm']>[1]>(`factor-of-${user}`)

/** For assertions: what an act came to, in one word. */
export const outcomeOf = (result: { outcome: 'done'; state?: string } | OperationRefusal): string =>
  result.outcome === 'refused' ? result.code : (result.state ?? 'done')
