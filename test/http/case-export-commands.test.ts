import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { CompactSign, calculateJwkThumbprint, exportJWK } from 'jose'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { createSignExport } from '../../bridge/crypto/sign-export.ts'
import { canonicalJson } from '../../bridge/domain/canonical-json.ts'
import { type CaseExport, exportType } from '../../bridge/domain/export/case-export.ts'
import { chainEntry, noPrevious } from '../../bridge/domain/history.ts'
import { type CaseCliRun, callCaseCli, privateFolder } from '../support/call-case-cli.ts'
import { createExportingBridge, exportOf, liveCase, settleEvents, toldBy } from '../support/lived-case.ts'
import type { PeopleBridge } from '../support/people-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('exporting a case and verifying it on the command line', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let server: Server
  let folder: string
  let id: string
  let pinned: string
  before(async () => {
    store = await openTestStore()
    bridge = await createExportingBridge(store)
    server = createServer(bridge.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    ;({ id } = await liveCase(bridge))
    pinned = await calculateJwkThumbprint(await exportJWK(bridge.answerKeys.publicKey))
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await store.close()
  })
  beforeEach(() => {
    folder = privateFolder()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const by = async (user: string, ...args: string[]): Promise<CaseCliRun> =>
    callCaseCli(args, {
      env: {
        FALLBACK_BRIDGE_OPERATIONS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        FALLBACK_BRIDGE_ACCESS_TOKEN: await bridge.token(user),
      },
      clock: bridge.clock,
    })
  /** With nothing in its environment: no address, no token. */
  const verify = (file: string, ...args: string[]) => callCaseCli(['verify', file, ...args])
  const signed = async (told: CaseExport, key: KeyObject = bridge.answerKeys.privateKey, publicKey?: KeyObject) =>
    createSignExport({ key, publicJwk: await exportJWK(publicKey ?? bridge.answerKeys.publicKey) })(told)
  const fileWith = (text: string): string => {
    const file = join(folder, 'given.fallback-case')
    writeFileSync(file, text)
    return file
  }

  test('R37: an auditor writes a case to a file of their own alone, never over another one without saying so', async () => {
    const file = join(folder, 'one.fallback-case')
    const run = await by('auditor', 'export', id, '--out', file)
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, new RegExp(`signed by ${pinned}`))
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const again = await by('auditor', 'export', id, '--out', file)
    assert.deepEqual([again.code, again.out], [1, ''])
    assert.match(again.err, /there already/)
    writeFileSync(file, 'something else', { mode: 0o644 })
    assert.equal((await by('auditor', 'export', id, '--out', file, '--force')).code, 0)
    assert.match(readFileSync(file, 'utf8'), /^ey[\w-]+\.[\w-]+\.[\w-]+\n$/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const shown = await by('auditor', 'export', id, '--out', '-')
    assert.match(shown.out, /^ey[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  test('R37: whoever is no auditor gets no file', async () => {
    const file = join(folder, 'none.fallback-case')
    const run = await by('lead', 'export', id, '--out', file)
    assert.equal(run.code, 1)
    assert.match(run.err, /roles do not hold this act/)
    assert.throws(() => statSync(file))
    assert.equal((await by('auditor', 'export', 'fb-none', '--out', file)).code, 1)
  })

  test('R37 I13: verifies offline: 3 while Keycloak’s log was not read back, 0 once it was', async () => {
    const early = await verify(fileWith(await exportOf(bridge, id)), '--thumbprint', pinned)
    assert.equal(early.code, 3, early.err)
    assert.match(
      early.out,
      /INCOMPLETE events\[0\]: was not read back[\s\S]*\nINCOMPLETE: what could be checked agrees/,
    )
    await settleEvents(bridge, id)
    const file = fileWith(await exportOf(bridge, id))
    const run = await verify(file, '--thumbprint', pinned)
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /Signed by: \S+, as you gave it\.\nINTACT: /)
    const json = JSON.parse((await verify(file, '--thumbprint', pinned, '--json')).out)
    assert.deepEqual(
      [json.verdict, json.thumbprintIs, json.findings, json.case.case.id],
      ['intact', 'as_given', [], id],
    )
  })

  test('R37 I8: without a thumbprint nothing is intact: anybody’s own key signs a story that agrees with itself', async () => {
    await settleEvents(bridge, id)
    const honest = await exportOf(bridge, id)
    const stranger = generateKeyPairSync('ed25519')
    const forged = await signed(await toldBy(honest), stranger.privateKey, stranger.publicKey)
    for (const text of [honest, forged]) {
      const run = await verify(fileWith(text))
      assert.equal(run.code, 3, run.out)
      assert.match(run.out, /INCOMPLETE signature: signed by \S+, NOT COMPARED[^\n]*\nAsk whoever administers Keycloak/)
      assert.match(run.out, /\nINCOMPLETE: /)
      assert.doesNotMatch(run.out, /INTACT/)
      const json = JSON.parse((await verify(fileWith(text), '--json')).out)
      assert.deepEqual([json.verdict, json.thumbprintIs, json.findings], ['incomplete', 'not_compared', []])
    }
    const told = await toldBy(honest)
    const changed = await signed({ ...told, case: { ...told.case, client: 'another' } })
    assert.equal((await verify(fileWith(changed))).code, 1, 'what contradicts itself is tampered all the same')
  })

  test('I8: a change of one letter, and a change signed anew by another key, are found', async () => {
    const text = await exportOf(bridge, id)
    const [header = '', payload = '', signature = ''] = text.split('.')
    const middle = payload[500] === 'A' ? 'B' : 'A'
    const turned = [header, payload.slice(0, 500) + middle + payload.slice(501), signature].join('.')
    const broken = await verify(fileWith(turned), '--thumbprint', pinned)
    assert.deepEqual([broken.code, /signature does not fit/.test(broken.err)], [1, true])
    const stranger = generateKeyPairSync('ed25519')
    const told = await toldBy(text)
    const foreign = fileWith(await signed(told, stranger.privateKey, stranger.publicKey))
    const run = await verify(foreign, '--thumbprint', pinned)
    assert.equal(run.code, 1)
    assert.match(run.out, /TAMPERED signature: signed by \S+, which is none of those you gave/)
    const json = JSON.parse((await verify(foreign, '--thumbprint', pinned, '--json')).out)
    assert.deepEqual([json.verdict, json.thumbprintIs, json.case], ['tampered', 'another', null])
    const lent = fileWith(await signed(told, stranger.privateKey))
    assert.equal((await verify(lent, '--thumbprint', pinned)).code, 1, 'a stranger’s signature under the bridge’s key')
    const other = await calculateJwkThumbprint(await exportJWK(stranger.publicKey))
    assert.notEqual((await verify(fileWith(text), '--thumbprint', other, '--thumbprint', pinned)).code, 1)
  })

  test('S05 I8: what was signed anew by a stolen key is told by place and in words', async () => {
    const told = await toldBy(await exportOf(bridge, id))
    const approvals = told.approvals.map((one, index) =>
      index === 0 ? { ...one, reason: 'I never said so at all.' } : one,
    )
    const run = await verify(fileWith(await signed({ ...told, approvals })), '--thumbprint', pinned)
    assert.equal(run.code, 1)
    assert.match(run.out, /TAMPERED approvals\[0\]\.reason: is not what the history holds the digest of/)
    const [, ...cut] = told.history
    const chain = await verify(fileWith(await signed({ ...told, history: cut })), '--thumbprint', pinned)
    assert.match(chain.out, /TAMPERED history\[0\]\.seq: the chain of the history breaks here/)
  })

  test('I8: a history that was chained anew contradicts the hashes in the override events', async () => {
    const told = await toldBy(await exportOf(bridge, id))
    let previous = noPrevious
    const history = told.history.map((entry) => {
      const { hash: _, ...body } = { ...entry, previous, ...(entry.event === 'use' ? { actor: 'user:eve' } : {}) }
      const chained = chainEntry(sha256, body)
      previous = chained.hash
      return chained
    })
    const run = await verify(fileWith(await signed({ ...told, history })), '--thumbprint', pinned)
    assert.equal(run.code, 1)
    assert.match(run.out, /TAMPERED events\[\d+\]: the history has no entry of it/)
  })

  test('wrong usage is 2, what is no export 1, and an export of a later form 3', async () => {
    assert.equal((await verify(join(folder, 'none'))).code, 2)
    assert.equal((await verify(fileWith('x'), '--thumbprint', 'short')).code, 2)
    for (const text of ['', 'x', 'a.b.c', '{"export":1}', `${await exportOf(bridge, id)}.x`]) {
      assert.equal((await verify(fileWith(text))).code, 1, text.slice(0, 20))
    }
    const raw = async (payload: string, typ: string = exportType) =>
      new CompactSign(new TextEncoder().encode(payload))
        .setProtectedHeader({ alg: 'EdDSA', typ, jwk: await exportJWK(bridge.answerKeys.publicKey) })
        .sign(bridge.answerKeys.privateKey)
    assert.equal((await verify(fileWith(await raw('{"export":2}')))).code, 3)
    const told = canonicalJson(await toldBy(await exportOf(bridge, id)))
    assert.equal((await verify(fileWith(await raw(told, 'fallback-answer+jwt')))).code, 1)
    assert.equal((await verify(fileWith(await raw(` ${told}`)))).code, 1)
    assert.equal((await verify(fileWith(await raw(`{"issuer":"twice",${told.slice(1)}`)))).code, 1)
    assert.notEqual((await verify(fileWith(await raw(told)))).code, 1)
  })

  test('C02: what an export says reaches the terminal as harmless text', async () => {
    const told = await toldBy(await exportOf(bridge, id))
    const exportedBy = { id: 'x', name: '\u001b[2J\u202eevil\nINTACT: all is well' }
    const run = await verify(fileWith(await signed({ ...told, exportedBy })))
    assert.match(run.out, /by <U\+001B>\[2J<U\+202E>evil<U\+000A>INTACT/)
  })
})
