import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import request from 'supertest'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { createPeopleBridge, type PeopleBridge } from '../support/people-bridge.ts'
import { leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const word = '7KQ2M4XW0D'

describe('the page for “this was not me”', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let id: string
  beforeEach(async () => {
    store = await openTestStore()
    const policy = peoplePolicy({ approvals: [{ group: leads, count: 1 }] })
    bridge = await createPeopleBridge({ store, policy, rateLimits: { callsPerMinute: 300, wordsPerQuarter: 5 } })
    const login = await bridge.waiting()
    id = login.id
    await bridge.giveText(id)
    await bridge.decide('lead', login)
    await bridge.enterCode(login)
    await bridge.use(id)
    await store.unitOfWork((tx) =>
      tx.disputes.addWord(bridge.realm.name, asId(id), sha256(word), bridge.clock() + 86_400_000),
    )
  })
  afterEach(() => store.close())

  const page = (language = 'en') => request(bridge.app).get('/not-me').set('Accept-Language', language)
  const say = (typed: string, headers: Record<string, string> = {}) =>
    request(bridge.app).post('/not-me').set(headers).type('form').send({ word: typed })
  const stateNow = async () => (await bridge.story(id)).case.state

  test('E10: the word of the notice takes the session back, however it was typed, without signing in', async () => {
    const done = await say(' 7kq2 m4xw-od ')
    assert.equal(done.status, 200)
    assert.match(done.text, /role="status"/)
    assert.doesNotMatch(done.text, /<form/)
    assert.equal(await stateNow(), 'revoked')
    const reviews = (await bridge.story(id)).reviews.map(({ kind }) => kind)
    assert.ok(reviews.includes('disputed'))
  })

  test('a word that is wrong or too old is told as such, with the form to try again, and changes nothing', async () => {
    const wrong = await say('ABCDEFGHJK')
    assert.equal(wrong.status, 404)
    assert.match(wrong.text, /role="alert">This word is not known.*Nothing was changed/)
    assert.match(wrong.text, /<form method="post" action="\/not-me">/)
    bridge.advance(86_400_001)
    assert.equal((await say(word)).status, 404)
    assert.equal(await stateNow(), 'in_use')
  })

  test('said twice it is true twice and changes nothing more', async () => {
    await say(word)
    const before = await bridge.story(id)
    assert.equal((await say(word)).status, 200)
    assert.deepEqual(await bridge.story(id), before)
  })

  test('C02: the page has no script, loads nothing, can be framed by nobody and posts to itself alone', async () => {
    for (const { text, headers } of [await page(), await say('<script>alert(1)</script>')]) {
      assert.equal(
        headers['content-security-policy']?.replace(/sha256-[^']+/, 'sha256-…'),
        "default-src 'none';style-src 'sha256-…';form-action 'self';base-uri 'none';frame-ancestors 'none'",
      )
      assert.doesNotMatch(text, /<script|src=|href=|https?:/)
      assert.equal(headers['set-cookie'], undefined)
      assert.equal(headers['referrer-policy'], 'no-referrer')
    }
  })

  test('it speaks German to whoever reads German, and English else', async () => {
    for (const [language, lang, title] of [
      ['de-DE,de;q=0.9,en;q=0.5', 'de', 'Das war ich nicht'],
      ['en-GB', 'en', 'This was not me'],
      ['fr', 'en', 'This was not me'],
    ] as const) {
      const { text, headers } = await page(language)
      assert.match(text, new RegExp(`<html lang="${lang}">[^]*<h1>${title}</h1>`))
      assert.match(headers['vary'] ?? '', /Accept-Language/)
    }
  })

  test('I11: the word is in no address, no log and no page', async () => {
    const { text } = await say(word)
    assert.ok(!text.includes(word))
    await say('WRONGWORD1')
    assert.doesNotMatch(JSON.stringify(bridge.log.lines), new RegExp(`${word}|WRONGWORD1`))
    const inAddress = await request(bridge.app).get(`/not-me?word=${word}`)
    assert.ok(!inAddress.text.includes(word))
  })

  test('guessing from one address is stopped, the right word too, whatever a header says of the address', async () => {
    for (let count = 0; count < 5; count += 1) {
      assert.equal((await say(`WRONGWORD${count}`, { 'X-Forwarded-For': `192.0.2.${count}` })).status, 404)
    }
    const stopped = await say(word, { 'X-Forwarded-For': '192.0.2.99', Forwarded: 'for=192.0.2.98' })
    assert.equal(stopped.status, 429)
    assert.match(stopped.text, /Too many words/)
    assert.match(stopped.headers['retry-after'] ?? '', /^\d+$/)
    assert.equal(await stateNow(), 'in_use')
    assert.equal((await page()).status, 200)
  })

  test('a body of another kind, or a huge one, is a page too, and changes nothing', async () => {
    const json = await request(bridge.app).post('/not-me').send({ word })
    const huge = await request(bridge.app)
      .post('/not-me')
      .type('form')
      .send({ word: 'x'.repeat(5_000) })
    const twice = await request(bridge.app).post('/not-me').type('form').send(`word=${word}&word=x`)
    const none = await request(bridge.app).post('/not-me').type('form').send('')
    assert.deepEqual(
      [json, huge, twice, none].map(({ status, type }) => [status, type]),
      [
        [415, 'text/html'],
        [413, 'text/html'],
        [404, 'text/html'],
        [404, 'text/html'],
      ],
    )
    assert.equal(await stateNow(), 'in_use')
  })
})
