import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OperationName } from '../../bridge/app/operations/operation-names.ts'
import { describeOperations } from '../../bridge/http/operations/describe-operations.ts'
import { ada, atTheGate, because, createPeopleBridge, type PeopleBridge } from '../support/people-bridge.ts'
import { authorityOfActs, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** Who calls, by the one act that the authority matrix gives them. */
const callers = [
  'nobody',
  'subject',
  'approve',
  'review-evidence',
  'review',
  'revoke',
  'declare',
  'open-for-another',
  'audit',
  'auditor',
] as const
type Caller = (typeof callers)[number]

/** Every operation that the OpenAPI document names. A route that is new is here by itself. */
const documented = Object.entries(describeOperations().paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { operationId: OperationName; security?: unknown }>).map(
    ([method, { operationId, security }]) => ({
      path,
      method,
      operation: operationId,
      isPublic: security !== undefined,
    }),
  ),
)

const digest = '0'.repeat(64)
/** Bodies that are right, on a version or with a text that no act would take: who may act is told so, and nothing changes. */
const bodies: Partial<Record<OperationName, object>> = {
  decideApproval: {
    verdict: 'approve',
    version: 999,
    factsDigest: digest,
    match: '000',
    method: 'in_person',
    seen: atTheGate,
    reason: because,
  },
  addEvidence: { item: 'no-such-item', text: 'something' },
  reviewEvidence: { verdict: 'accept', version: 999, evidenceDigest: digest, reason: because },
  recordVerbalApproval: {
    approver: 'lead',
    version: 999,
    factsDigest: digest,
    match: '000',
    method: 'in_person',
    seen: atTheGate,
    reason: because,
  },
  confirmVerbalApproval: { verdict: 'confirm', reason: because },
  ratifyGrant: { verdict: 'ratify', reason: because },
  revokeCase: { reason: 'short' },
  declarePastOverride: { user: ada, client: 'app', occurredAt: '2027-01-01T00:00:00Z', what: 'short', reason: because },
  recordReview: {
    review: 'no-such-review',
    cause: 'sensor',
    confidence: 'high',
    action: 'Replace the reader',
    actionOwner: 'facilities',
    actionDue: '2027-01-20',
  },
}

/** Queries without which a call is malformed. */
const queries: Partial<Record<OperationName, string>> = { countFailures: '?by=site' }

type Expected = {
  /** For a case whose subject is in the callers' scope; who is not named gets `others`. */
  own: Partial<Record<Caller, string>> & { others: string }
  /**
   * What callers by authority get where the subject, or the realm, is not theirs; `as own` where nothing is about a
   * subject. Subject and auditor: as before, but for realms.
   */
  outside: string
}

const sees = { nobody: 'case_unknown' }
const needs = (callersThatMay: Partial<Record<Caller, string>>): Expected => ({
  own: { ...sees, ...callersThatMay, others: 'act_not_allowed' },
  outside: 'case_unknown',
})

/** What each operation answers to each caller. An operation without an entry fails the test. */
const expected: Readonly<Record<Exclude<OperationName, 'notMe'>, Expected>> = {
  listCases: { own: { nobody: 'ok 0', others: 'ok 1' }, outside: 'ok 0' },
  showCase: { own: { ...sees, others: 'ok' }, outside: 'case_unknown' },
  exportCase: needs({ auditor: 'ok' }),
  decideApproval: needs({ approve: 'case_stale' }),
  listEvidence: needs({ approve: 'ok', 'review-evidence': 'ok', review: 'ok', audit: 'ok', auditor: 'ok' }),
  addEvidence: needs({
    approve: 'evidence_malformed',
    'open-for-another': 'evidence_malformed',
    declare: 'evidence_malformed',
  }),
  openEvidence: needs({
    approve: 'evidence_unknown',
    'review-evidence': 'evidence_unknown',
    review: 'evidence_unknown',
    audit: 'evidence_unknown',
    auditor: 'evidence_unknown',
  }),
  reviewEvidence: needs({ 'review-evidence': 'case_over' }),
  recordVerbalApproval: needs({ 'open-for-another': 'case_stale' }),
  confirmVerbalApproval: { own: { ...sees, others: 'not_named' }, outside: 'case_unknown' },
  ratifyGrant: needs({ approve: 'not_named' }),
  revokeCase: needs({ revoke: 'reason_malformed', subject: 'reason_malformed' }),
  disputeCase: needs({ subject: 'ok' }),
  declarePastOverride: {
    own: { declare: 'reason_malformed', others: 'act_not_allowed' },
    outside: 'act_not_allowed',
  },
  listReviews: { own: { review: 'ok 1', auditor: 'ok 1', others: 'ok 0' }, outside: 'ok 0' },
  recordReview: needs({ review: 'review_unknown' }),
  readStatistics: { own: { nobody: 'act_not_allowed', subject: 'act_not_allowed', others: 'ok' }, outside: 'ok' },
  countFailures: {
    own: { review: 'ok', audit: 'ok', auditor: 'ok', others: 'act_not_allowed' },
    outside: 'as own',
  },
  readChains: { own: { auditor: 'ok', others: 'act_not_allowed' }, outside: 'act_not_allowed' },
  readDescription: { own: { others: 'ok' }, outside: 'ok' },
}

const codeFor = (
  operation: keyof typeof expected,
  caller: Caller,
  place: 'own' | 'foreign' | 'other realm',
): string => {
  const { own, outside } = expected[operation]
  const inScope = own[caller] ?? own.others
  if (outside === 'as own') return inScope
  if (place === 'own') return inScope
  const isBound = caller !== 'nobody' && caller !== 'subject' && caller !== 'auditor'
  if (place === 'foreign') return isBound ? outside : inScope
  // The other realm has the same policy and people of the same ids and roles, and no case.
  return operation === 'readStatistics' || operation === 'readChains' ? inScope : outside
}

for (const scope of ['own', 'foreign'] as const) {
  describe(`who may do what, on a case in ${scope === 'own' ? 'their' : 'another'} scope`, () => {
    let store: TestStore
    let bridge: PeopleBridge
    let id: string
    before(async () => {
      store = await openTestStore()
      const policy = peoplePolicy({ verbal: { withinSeconds: 600 } }, { authority: authorityOfActs(['/plant-a']) })
      bridge = await createPeopleBridge({ store, policy })
      const groups = scope === 'own' ? ['/plant-a/gate'] : ['/plant-ab']
      bridge.people.put('demo', ada, { groups })
      for (const realm of ['demo', 'other']) {
        for (const caller of callers) {
          const roles = caller === 'auditor' ? ['fallback-auditor'] : [`may-${caller}`]
          if (caller !== 'subject')
            bridge.people.put(realm, `${caller}-id`, { roles: caller === 'nobody' ? [] : roles })
        }
      }
      ;({ id } = await bridge.waiting({ subject: { roles: ['default-roles-demo'], groups } }))
      await store.unitOfWork((tx) =>
        tx.reviews.open({
          realm: bridge.realm.name,
          id: 'review-1' as never,
          case: id as never,
          reason: 'sampled',
          openedAt: bridge.clock(),
          dueAt: bridge.clock() + 1,
        }),
      )
    })
    after(() => store.close())

    const answerTo = async (caller: Caller, place: 'own' | 'other realm', { path, method, operation }: Route) => {
      const user = caller === 'subject' ? ada : `${caller}-id`
      const by = place === 'own' ? bridge.realm : bridge.otherRealm
      const told = await bridge.send(
        await bridge.token(user, {}, by),
        method,
        `${path.replace('{case}', id).replace('{evidence}', 'no-such-item')}${queries[operation] ?? ''}`,
        bodies[operation] ?? (method === 'post' ? {} : undefined),
      )
      const listed = told.body['cases'] ?? told.body['reviews']
      const isList = operation === 'listCases' || operation === 'listReviews'
      return isList && Array.isArray(listed) ? `${told.code} ${listed.length}` : told.code
    }

    for (const caller of callers) {
      test(`C12 C18 R3: ${caller}, on every route of the document, in the own and in the other realm`, async () => {
        // What a subject says of itself ends the case, so it comes last.
        const routes = documented.toSorted(
          (a, b) => Number(a.operation === 'disputeCase') - Number(b.operation === 'disputeCase'),
        )
        const told: Record<string, string> = {}
        const wanted: Record<string, string> = {}
        for (const route of routes) {
          const operation = route.operation as keyof typeof expected
          assert.ok(operation in expected, `${route.method} ${route.path} has no expected answers`)
          for (const place of ['other realm', 'own'] as const) {
            if (caller === 'subject' && operation === 'disputeCase' && place === 'own') continue
            const cell = `${operation}, ${place}`
            told[cell] = await answerTo(caller, place, route)
            wanted[cell] = codeFor(operation, caller, place === 'own' ? scope : 'other realm')
          }
        }
        assert.deepEqual(told, wanted)
      })
    }

    test('E10: the subject alone disputes, and may in any scope', async () => {
      const route = documented.find(({ operation }) => operation === 'disputeCase')
      assert.ok(route !== undefined)
      assert.equal(await answerTo('subject', 'own', route), 'ok')
    })
  })
}

type Route = (typeof documented)[number]
