import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { decodeProtectedHeader, exportJWK, jwtVerify, SignJWT } from 'jose'
import { openExport } from '../../bridge/crypto/open-export.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { answerType } from '../../bridge/http/contract/step-answer.ts'
import { createExportingBridge, exportOf, liveCase, settleEvents, toldBy } from '../support/lived-case.ts'
import { ada, atTheGate, because, type PeopleBridge } from '../support/people-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('the signed export of a case', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    bridge = await createExportingBridge(store)
  })
  afterEach(() => store.close())

  const ask = (user: string, id: string) => bridge.get(user, `/v1/cases/${id}/export`)

  test('R37: tells an auditor request, facts, policy, approvals, evidence, use, end, reviews and events in one document', async () => {
    const { id } = await liveCase(bridge)
    await settleEvents(bridge, id)
    const told = await toldBy(await exportOf(bridge, id))
    const stored = await store.unitOfWork((tx) => tx.decisions.find(bridge.realm.name, asId(id)))
    assert.deepEqual(
      [told.export, told.issuer, told.bridge, told.realm, told.exportedAt, told.exportedBy],
      [1, 'fallback-bridge', 'test', 'demo', bridge.clock(), { id: 'auditor', name: 'name-of-auditor' }],
    )
    assert.deepEqual([told.decision?.facts, told.decision?.decision], [stored?.factsText, stored?.decisionText])
    assert.match(told.policy?.text ?? '', /^engine: 1\nname: demo\n/)
    assert.deepEqual(
      told.approvals.map(({ id: who, state, method, seen, recordedBy }) => [who, state, method, seen, recordedBy]),
      [
        ['lead', 'counted', 'in_person', atTheGate, null],
        ['analyst', 'confirmed', 'call_back_on_record', undefined, 'agent'],
      ],
    )
    assert.equal(told.ratification?.by, 'officer')
    assert.deepEqual([told.evidence[0]?.by.id, told.openings[0]?.person], ['agent', 'verifier'])
    assert.equal(told.evidenceReview?.verdict, 'accept')
    assert.deepEqual([told.reviews[0]?.reason, told.reviews[0]?.done?.cause], ['disputed', 'suspected_attack'])
    assert.equal(told.dispute?.user, ada)
    assert.ok(told.notices.some(({ kind, channel }) => kind === 'subject_issued' && channel === 'mail'))
    assert.deepEqual(
      told.history.map(({ event }) => event),
      (await bridge.story(id)).history.map(({ event }) => event),
    )
    assert.ok(told.events.length > 10 && told.events.every(({ state }) => state === 'confirmed'))
  })

  test('S05: tells of each decision the token’s id, the level and the time of the sign-in, bound by the history', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const jti = 'token-id-of-the-lead'
    const body = await bridge.approval(login)
    await bridge.send(await bridge.token('lead', { jti }), 'post', `/v1/cases/${login.id}/decisions`, body)
    const [approval] = (await toldBy(await exportOf(bridge, login.id))).approvals
    assert.deepEqual(
      [approval?.token, approval?.acr, approval?.authTime, approval?.reason],
      [jti, 'passkey', Math.floor(bridge.clock() / 1000) * 1000 - 60_000, because],
    )
  })

  test('R37: comes as an attachment that nobody keeps on the way, signed by the key that answers are pinned by', async () => {
    const { id } = await bridge.waiting()
    const { body, headers } = await ask('auditor', id)
    assert.match(headers['content-type'] ?? '', /^application\/json/)
    assert.deepEqual([headers['content-disposition'], headers['cache-control']], ['attachment', 'no-store'])
    const { alg, typ, jwk } = decodeProtectedHeader(String(body['export']))
    assert.deepEqual([alg, typ], ['EdDSA', 'fallback-case-export+jwt'])
    assert.deepEqual(jwk, await exportJWK(bridge.answerKeys.publicKey))
  })

  test('K02: an export is no answer, and an answer is no export', async () => {
    const { id } = await bridge.waiting()
    const { publicKey, privateKey } = bridge.answerKeys
    await assert.rejects(jwtVerify(await exportOf(bridge, id), publicKey, { typ: answerType }), /typ/)
    const answer = await new SignJWT({ kind: 'granted' })
      .setProtectedHeader({ alg: 'EdDSA', typ: answerType, jwk: await exportJWK(publicKey) })
      .sign(privateKey)
    assert.deepEqual(await openExport(answer), { outcome: 'refused', because: 'malformed' })
  })

  test('R37: whoever sees a case and is no auditor gets none, and who does not see it is told of none', async () => {
    const { id } = await bridge.waiting()
    for (const user of ['lead', 'reviewer', 'verifier', ada])
      assert.equal((await ask(user, id)).code, 'act_not_allowed')
    const stranger = await ask('stranger', id)
    assert.deepEqual([stranger.status, stranger.code], [404, 'case_unknown'])
  })

  test('R37: taking a case away needs a fresh sign-in', async () => {
    const { id } = await bridge.waiting()
    const old = await bridge.token('auditor', { auth_time: Math.floor(bridge.clock() / 1000) - 3_600 })
    const told = await bridge.send(old, 'get', `/v1/cases/${id}/export`)
    assert.deepEqual([told.status, told.code], [401, 'step_up_needed'])
  })

  test('R25: an auditor who may take the blind second look does not read the first one’s finding in an export', async () => {
    const { id } = await liveCase(bridge)
    const blind = { realm: bridge.realm.name, case: asId<never>(id), reason: 'blind' as const }
    await store.unitOfWork((tx) =>
      tx.reviews.open({ ...blind, id: asId('blind-1'), openedAt: bridge.clock(), dueAt: bridge.clock() + 1 }),
    )
    bridge.people.put('demo', 'second-reviewer', { roles: ['may-review', 'fallback-auditor'] })
    const told = await ask('second-reviewer', id)
    assert.deepEqual([told.code, told.body['about']], ['act_not_allowed', ['review']])
    assert.equal((await ask('auditor', id)).code, 'ok')
  })

  test('R37: leaves its trace in the log, with who took it, and changes nothing in the case', async () => {
    const { id } = await bridge.waiting()
    const before = await bridge.story(id)
    await exportOf(bridge, id)
    assert.deepEqual(await bridge.story(id), before)
    const lines = bridge.log.lines.filter(({ message }) => message === 'case exported')
    assert.deepEqual(
      lines.map(({ fields }) => fields),
      [{ realm: 'demo', case: id, actor: 'auditor' }],
    )
    await ask('lead', id)
    assert.equal(bridge.log.lines.filter(({ message }) => message === 'case exported').length, 1)
  })

  test('I11 C09: holds no code, no secret, no word of a notice, no number of the page and no content of evidence', async () => {
    const words: string[] = []
    const { unitOfWork } = store
    const { id, secret, match, codes } = await liveCase(bridge)
    await unitOfWork(async (tx) => {
      for (const { id: notice } of await tx.notices.ofCase(bridge.realm.name, asId(id))) {
        const word = (await tx.notices.find(bridge.realm.name, notice))?.word
        if (word !== undefined) words.push(bridge.openWord(bridge.realm.name, notice, word))
      }
    })
    assert.ok(words.length > 0, 'a notice with a word waits')
    const told = await toldBy(await exportOf(bridge, id))
    const texts = textsOf(told)
    for (const known of [secret, ...words, 'The reader at gate 3 is broken.']) {
      assert.ok(!texts.some((text) => text.includes(known)), known)
    }
    // Digits by themselves: within an id or a digest they are no code.
    for (const known of codes) {
      const alone = new RegExp(`(?<![0-9A-Za-z])${known}(?![0-9A-Za-z])`)
      assert.ok(!texts.some((text) => alone.test(text)), known)
    }
    assert.ok(
      !texts.includes(match) && !texts.includes('match') && !texts.includes('word') && !texts.includes('identity'),
    )
  })
})

/** Every name and every text, at any depth. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)])
}
