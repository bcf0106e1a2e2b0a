import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import request from 'supertest'
import { z } from 'zod'
import type { OperationRefusalCode } from '../../bridge/app/operations/refusal.ts'
import { operationRoutes } from '../../bridge/http/operations/routes.ts'
import { ada, because, createPeopleBridge, type PeopleBridge } from '../support/people-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('the form of the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let id: string
  let token: string
  before(async () => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store })
    ;({ id } = await bridge.waiting())
    token = await bridge.token('lead')
  })
  after(() => store.close())

  const raw = (method: 'get' | 'post' | 'put' | 'delete' | 'options' | 'head', path: string) =>
    request(bridge.app)[method](path).set('Authorization', `Bearer ${token}`)
  const revocations = () => `/v1/cases/${id}/revocations`

  test('C01: a form, a text or a body without a type is refused, whoever sends it; a foreign page cannot ask for more', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data',
      'application/jsonp',
    ]) {
      const response = await raw('post', revocations())
        .set('Content-Type', type)
        .send(JSON.stringify({ reason: because }))
      assert.deepEqual([response.status, response.body.code], [415, 'body_media_type'], type)
    }
    const untyped = await raw('post', `/v1/cases/${id}/disputes`)
    assert.deepEqual([untyped.status, untyped.body.code], [415, 'body_media_type'])
    const preflight = await raw('options', revocations())
      .set('Origin', 'https://evil.example')
      .set('Access-Control-Request-Method', 'POST')
    assert.equal(preflight.status, 405)
    const read = await raw('get', '/v1/cases').set('Origin', 'https://evil.example')
    for (const { headers } of [preflight, read]) {
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control')),
        [],
      )
      assert.equal(headers['set-cookie'], undefined)
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    }
  })

  test('C01: a cookie lets nobody in', async () => {
    const response = await request(bridge.app).get('/v1/cases').set('Cookie', `token=${token}; session=1`)
    assert.deepEqual([response.status, response.body.code], [401, 'token_missing'])
  })

  test('C16: no answer is kept by a browser or a proxy, a refusal no more than a case', async () => {
    for (const response of [
      await raw('get', '/v1/cases'),
      await raw('get', `/v1/cases/${id}`),
      await raw('get', '/v1/nowhere'),
      await request(bridge.app).get('/v1/cases'),
      await request(bridge.app).get('/not-me'),
    ]) {
      assert.equal(response.headers['cache-control'], 'no-store')
      assert.equal(response.headers['x-content-type-options'], 'nosniff')
      assert.equal(response.headers['etag'], undefined)
    }
  })

  test('C02: an answer is JSON and nothing that a browser shows as a page', async () => {
    const response = await raw('get', '/v1/cases')
    assert.match(response.headers['content-type'] ?? '', /^application\/json/)
    assert.match(response.headers['content-security-policy'] ?? '', /default-src 'none'/)
    const problem = await raw('get', '/v1/cases/%3Cscript%3E')
    assert.deepEqual(
      [problem.status, problem.headers['content-type']],
      [400, 'application/problem+json; charset=utf-8'],
    )
    assert.deepEqual(problem.body, {
      type: 'about:blank',
      title: 'The body or query does not have the form that this route asks for.',
      status: 400,
      code: 'input_malformed',
      about: ['case'],
    })
  })

  test('an unknown field is an error wherever it stands, and its name is not repeated', async () => {
    const told = [
      await bridge.send(token, 'post', revocations(), { reason: because, evil: 1 }),
      await bridge.send(token, 'post', revocations(), `{"reason":"${because}","__proto__":{}}`),
      await bridge.send(token, 'get', '/v1/cases?evil=1'),
      await bridge.send(token, 'get', `/v1/cases/${id}?evil=1`),
      await bridge.send(token, 'post', `${revocations()}?evil=1`, { reason: because }),
    ]
    for (const { status, code, body } of told) {
      assert.deepEqual([status, code, body['about']], [400, 'input_malformed', ['unknown_field']])
      assert.doesNotMatch(JSON.stringify(body), /evil/)
    }
  })

  test('a field that is missing, of another kind, or given twice is named', async () => {
    const about = async (path: string, body?: object) => {
      const told = await bridge.send(token, body === undefined ? 'get' : 'post', path, body)
      assert.equal(told.code, 'input_malformed', path)
      return told.body['about']
    }
    const wrong = { verdict: 'approve', version: '1', factsDigest: 'x', match: 42, method: 'in_person' }
    assert.deepEqual(await about(`/v1/cases/${id}/decisions`, wrong), [
      'version',
      'factsDigest',
      'match',
      'reason',
      'seen',
    ])
    assert.deepEqual(await about(`/v1/cases/${id}/decisions`, { verdict: 'maybe' }), ['verdict'])
    assert.deepEqual(await about(revocations(), []), ['body'])
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '', '1&limit=2']) {
      assert.deepEqual(await about(`/v1/cases?limit=${limit}`), ['limit'])
    }
    assert.deepEqual(await about('/v1/cases?state=lost'), ['state.0'])
    assert.deepEqual(await about('/v1/cases?since=yesterday'), ['since'])
    assert.deepEqual(await about('/v1/cases?user=a%00b'), ['user'])
  })

  test('K11: JSON that is broken, deep or too large is refused', async () => {
    assert.equal((await bridge.send(token, 'post', revocations(), '{"reason":')).code, 'input_malformed')
    assert.equal((await bridge.send(token, 'post', revocations(), '"text"')).code, 'input_malformed')
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    assert.equal((await bridge.send(token, 'post', revocations(), deep)).code, 'input_malformed')
    const large = await bridge.send(token, 'post', revocations(), { reason: 'x'.repeat(17_000) })
    assert.deepEqual([large.status, large.code], [413, 'body_too_large'])
    const zipped = await bridge.send(token, 'post', revocations(), { reason: because }, { 'Content-Encoding': 'gzip' })
    assert.deepEqual([zipped.status, zipped.code], [415, 'body_media_type'])
  })

  test('who has no token sends no body: it is refused before it is read', async () => {
    const told = await bridge.send(undefined, 'post', `/v1/cases/${id}/evidence`, { item: 'x'.repeat(2_000_000) })
    assert.equal(told.code, 'token_missing')
  })

  test('an address or a method that is not there is told as such', async () => {
    for (const path of ['/', '/v1', '/v2/cases', '/v1/cases/a/b/c', '/v1/cases/%E0%A4%A', '/V1/../etc/passwd']) {
      const response = await raw('get', path)
      assert.deepEqual([response.status, response.body.code], [404, 'route_unknown'], path)
    }
    const wrong = await raw('delete', `/v1/cases/${id}`)
    assert.deepEqual([wrong.status, wrong.body.code, wrong.headers['allow']], [405, 'method_unknown', 'GET'])
    const both = await raw('put', `/v1/cases/${id}/evidence`)
    assert.deepEqual([both.status, both.headers['allow']], [405, 'GET, POST'])
    assert.equal((await raw('head', '/v1/cases')).status, 405)
  })

  test('an output that is not what its schema says leaves as an error, with nothing of it', async () => {
    const { defineRoute } = await import('../../bridge/http/operations/route.ts')
    const nothing = z.strictObject({})
    const leaking = defineRoute({
      operation: 'showCase',
      summary: '',
      method: 'get',
      path: '/',
      access: 'see',
      input: { path: nothing, query: nothing, body: nothing },
      output: z.strictObject({ state: z.string() }),
      refusals: [],
      handler: async () => ({ outcome: 'answered', body: { state: 'granted', match: '042' } }),
    })
    const input = { path: {}, query: {}, body: {} }
    await assert.rejects(leaking.handle({} as never, {} as never, input), { code: 'internal' })
  })

  test('a refusal that its route does not declare leaves as an error, and one that it declares as itself', async () => {
    const { defineRoute } = await import('../../bridge/http/operations/route.ts')
    const nothing = z.strictObject({})
    const refusing = (code: OperationRefusalCode) =>
      defineRoute({
        operation: 'showCase',
        summary: '',
        method: 'get',
        path: '/',
        access: 'see',
        input: { path: nothing, query: nothing, body: nothing },
        output: nothing,
        refusals: ['case_unknown'],
        handler: async () => ({ outcome: 'refused', code }),
      }).handle({} as never, {} as never, { path: {}, query: {}, body: {} })
    for (const code of ['case_unknown', 'account_unfit'] as const) {
      assert.deepEqual(await refusing(code), { outcome: 'refused', code })
    }
    await assert.rejects(refusing('kept_apart'), { code: 'internal' })
  })

  test('every route that takes a case takes it from the path alone, and every body and query is closed', () => {
    for (const { path, input, operation } of operationRoutes) {
      for (const schema of [input.path, input.query, input.body]) {
        assert.equal(schema.safeParse({ evil: 1 }).success, false, operation)
      }
      assert.equal(
        path.includes('{case}'),
        input.path.safeParse({ case: 'fb-1', evidence: 'e' }).success || input.path.safeParse({ case: 'fb-1' }).success,
        operation,
      )
    }
  })

  test('K11: one caller’s flood is stopped, and nobody else’s call', async () => {
    const other = await openTestStore()
    const narrow = await createPeopleBridge({ store: other, rateLimits: { callsPerMinute: 3, wordsPerQuarter: 3 } })
    for (let count = 0; count < 3; count += 1) assert.equal((await narrow.get('lead', '/v1/cases')).code, 'ok')
    const asked = narrow.people.asked()
    const stopped = await narrow.get('lead', '/v1/cases')
    assert.deepEqual([stopped.status, stopped.code], [429, 'too_many_requests'])
    assert.match(stopped.headers['retry-after'] ?? '', /^\d+$/)
    assert.equal(narrow.people.asked(), asked, 'Keycloak is not asked about a call that is stopped')
    assert.equal((await narrow.get(ada, '/v1/cases')).code, 'ok')
    const namesake = await narrow.token('lead', {}, narrow.otherRealm)
    assert.equal((await narrow.send(namesake, 'get', '/v1/cases')).code, 'ok')
    await other.close()
  })

  test('a bridge that stops takes no call any more', async () => {
    const other = await openTestStore()
    const stopping = await createPeopleBridge({ store: other })
    stopping.drain()
    const told = await stopping.get('lead', '/v1/cases')
    assert.deepEqual([told.status, told.code, told.headers['retry-after']], [503, 'unavailable', '2'])
    await other.close()
  })
})
