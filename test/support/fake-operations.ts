import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { digestOfFacts } from '../../bridge/app/approval/approval-now.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import type { ApprovalFacts } from '../../bridge/domain/approval/approval-facts.ts'
import { operationRoutes } from '../../bridge/http/operations/routes.ts'

/** One call as it came in. */
export type SeenCall = {
  route: string
  query: URLSearchParams
  token: string | undefined
  body: Record<string, unknown> | undefined
}

export type FakeAnswer = { status: number; body?: unknown; headers?: Readonly<Record<string, string>> }

/**
 * An operations API on this machine whose answers a test sets, by method and path below `/v1`. What comes in and goes out
 * is held against the contract; a breach fails the test at the end, in `close`.
 */
export type FakeOperations = {
  url: string
  calls: SeenCall[]
  /** What is not set is 404 `route_unknown`. */
  answers: Record<string, (call: SeenCall) => FakeAnswer>
  close: () => Promise<void>
}

/** Answers of the API's own kind. */
export const says = (body: unknown): FakeAnswer => ({ status: 200, body })

export const refuses = (status: number, code: string, about?: readonly string[]): FakeAnswer => ({
  status,
  body: { type: 'about:blank', title: `Title of ${code}`, status, code, ...(about === undefined ? {} : { about }) },
  headers: { 'content-type': 'application/problem+json' },
})

/** The challenge of RFC 9470. */
export const stepUp = (acr = 'passkey', maxAge = '900'): FakeAnswer => ({
  ...refuses(401, 'step_up_needed'),
  headers: {
    'www-authenticate': `Bearer error="insufficient_user_authentication", error_description="x", acr_values="${acr}", max_age="${maxAge}"`,
  },
})

/** Starts one. */
export const startFakeOperations = async (): Promise<FakeOperations> => {
  const breaches: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', 'http://fake.test')
    const text = Buffer.concat(chunks).toString()
    const call: SeenCall = {
      route: `${request.method} ${url.pathname.replace(/^\/v1\//, '')}`,
      query: url.searchParams,
      token: request.headers.authorization?.replace(/^Bearer /, ''),
      body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
    }
    fake.calls.push(call)
    const answer = fake.answers[call.route]?.(call) ?? refuses(404, 'route_unknown')
    breaches.push(...breachesOf(call, answer))
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fake: FakeOperations = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    answers: {},
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      assert.deepEqual(breaches, [], 'what was said is what the contract says')
    },
  }
  return fake
}

/** Where a call or its answer is not what the bridge’s own schemas take and give. */
const breachesOf = ({ route: named, query, body = {} }: SeenCall, { status, body: answer }: FakeAnswer): string[] => {
  const [method, path = ''] = named.split(' ')
  const route = operationRoutes.find((one) => one.method === method?.toLowerCase() && matches(one.path, `/v1/${path}`))
  if (route === undefined) return [`${named}: no route`]
  const asked = Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
  return [
    ...(route.input.query.safeParse(asked).success ? [] : [`${named}: query`]),
    ...(route.input.body.safeParse(body).success ? [] : [`${named}: body`]),
    ...(status !== 200 || route.output.safeParse(answer).success ? [] : [`${named}: answer`]),
  ]
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

export const caseId = 'fb-0197f0aa-0000-7000-8000-000000000001'

/** A line of a list, as the contract has it. */
export const wireLine = (differs: Readonly<Record<string, unknown>> = {}) => ({
  ...wireCase(),
  deniedInLastDay: 0,
  ...differs,
})

const wireCase = () => ({
  id: caseId,
  state: 'awaiting_approval',
  user: 'user-7',
  client: 'demo-app',
  profile: 'standard',
  tier: 'standard',
  owner: 'policy-owner',
  openedAt: '2026-03-01T08:00:00.000Z',
  expiresAt: '2026-03-01T08:30:00.000Z',
  version: 3,
})

/** What an approver decides about. */
export const wireFacts = (differs: ApprovalFacts = {}): ApprovalFacts => ({
  case: caseId,
  realm: 'demo',
  user: 'user-7',
  client: 'demo-app',
  policy: 'a'.repeat(64),
  failure: { class: 'cancelled_or_timed_out', trust: 'claimed' },
  ip: '10.0.0.7',
  zones: ['office'],
  device: 'new',
  roles: ['staff'],
  groups: ['/staff'],
  requiredLevel: 0,
  outsideHours: null,
  disputes: 0,
  outage: null,
  profile: 'standard',
  tier: 'standard',
  rule: 'everybody',
  band: 'approval',
  score: {
    total: 34,
    contributions: [
      { id: 'new-device', points: 20, because: 'holds' },
      { id: 'night', points: 14, because: 'missing' },
    ],
  },
  remarks: ['band_raised_by_profile'],
  paths: [{ id: 'own-totp', check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] }],
  sessionSeconds: 3600,
  grantSeconds: 120,
  approvals: [{ group: '/service-desk-leads', count: 1 }],
  evidenceReview: false,
  ...differs,
})

const factsDigestOf = (facts: ApprovalFacts): string => digestOfFacts(sha256, facts)

/** A request for approvals, bound to its facts. */
export const wireRequest = (facts: ApprovalFacts = wireFacts(), differs: Readonly<Record<string, unknown>> = {}) => ({
  facts,
  factsDigest: factsDigestOf(facts),
  askedAt: '2026-03-01T08:00:00.000Z',
  clearedAt: null,
  demands: [{ group: '/service-desk-leads', count: 1, given: 0 }],
  methods: ['call_back_on_record', 'in_person'],
  distinctMethods: false,
  verbalWithinSeconds: 900,
  lastDay: { asked: 1, denied: 0 },
  ...differs,
})

/** The whole story of a case that waits for an approval, as the contract has it. */
export const wireStory = (
  differs: Readonly<Record<string, unknown>> = {},
  about: Readonly<Record<string, unknown>> = {},
) => ({
  case: {
    ...wireCase(),
    userName: 'ada',
    deputy: 'policy-deputy',
    policy: 'a'.repeat(64),
    path: null,
    failureClass: 'cancelled_or_timed_out',
    attempts: 0,
    grantedAt: null,
    endsAt: null,
    ...about,
  },
  mayDo: ['approve', 'revoke'],
  isDecoy: null,
  decision: {
    outcome: 'escalate',
    reason: 'approval_needed',
    retryAt: null,
    assessment: {
      rule: 'everybody',
      profile: 'standard',
      tier: 'standard',
      band: 'approval',
      score: { total: 34, contributions: [{ id: 'new-device', points: 34, because: 'holds' }] },
      remarks: [],
    },
    terms: {
      paths: [{ id: 'own-totp', check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] }],
      sessionSeconds: 3600,
      grantSeconds: 120,
      challengeSeconds: 300,
      attempts: 3,
      approvals: [{ group: '/service-desk-leads', count: 1 }],
      evidenceReview: false,
      evidence: 'desk',
      ratification: null,
    },
  },
  request: wireRequest(),
  approvals: [],
  ratification: null,
  evidence: { items: [], missing: ['ticket'], evidenceDigest: 'e'.repeat(64) },
  evidenceReview: null,
  reviews: [],
  declared: null,
  pattern: null,
  history: [
    {
      seq: 1,
      at: '2026-03-01T08:00:00.000Z',
      event: 'open',
      state: 'opened',
      withheld: false,
      actor: 'user:user-7',
      facts: { failure: 'cancelled_or_timed_out', policyDigest: 'a'.repeat(64) },
      previous: '0'.repeat(64),
      hash: 'b'.repeat(64),
    },
  ],
  ...differs,
})

/** One evidence item, as the contract has it. */
export const wireEvidence = (differs: Readonly<Record<string, unknown>> = {}) => ({
  id: 'evidence-1',
  item: 'ticket',
  kind: 'reference',
  by: { id: 'user-3', name: 'agent' },
  at: '2026-03-01T08:05:00.000Z',
  late: false,
  sha256: 'c'.repeat(64),
  size: 9,
  mediaType: 'text/plain',
  ...differs,
})
