import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { CompactSign, calculateJwkThumbprint, exportJWK } from 'jose'
import { mostExportBytes } from '../../bridge/cli/case-verify.ts'
import { canonicalJson } from '../../bridge/domain/canonical-json.ts'
import { type CaseExport, exportType } from '../../bridge/domain/export/case-export.ts'
import { callCaseCli, privateFolder } from '../support/call-case-cli.ts'
import { createExportingBridge, exportOf, liveCase, settleEvents, toldBy } from '../support/lived-case.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

type KeyPair = { publicKey: KeyObject; privateKey: KeyObject }

describe('a hostile file in the hands of an auditor', () => {
  let store: TestStore
  let folder: string
  let whole: CaseExport
  let keys: KeyPair
  let pinned: string
  before(async () => {
    store = await openTestStore()
    const bridge = await createExportingBridge(store)
    const { id } = await liveCase(bridge)
    await settleEvents(bridge, id)
    whole = await toldBy(await exportOf(bridge, id))
    keys = bridge.answerKeys
    pinned = await calculateJwkThumbprint(await exportJWK(keys.publicKey))
  })
  after(() => store.close())
  beforeEach(() => {
    folder = privateFolder()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const verify = (file: string, ...args: string[]) => callCaseCli(['verify', file, '--thumbprint', pinned, ...args])
  const fileWith = async (payload: string, { privateKey, publicKey }: KeyPair = keys): Promise<string> => {
    const file = join(folder, 'given.fallback-case')
    const signed = new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg: 'EdDSA', typ: exportType, jwk: await exportJWK(publicKey) })
      .sign(privateKey)
    writeFileSync(file, await signed)
    return file
  }
  /** An export whose first entry has a fact of this JSON. */
  const withFact = (json: string): string => {
    const history = whole.history.slice(0, 1).map((entry) => ({ ...entry, facts: { fact: 'HERE' } }))
    return canonicalJson({ ...whole, history }).replace('"HERE"', json)
  }
  const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

  test('I5: what is nested without end is no export, and the command does not break on it', async () => {
    for (const levels of [51, 5_000, 200_000]) {
      const run = await verify(await fileWith(withFact(nested(levels))))
      assert.deepEqual([run.code, run.out], [1, ''], String(levels))
      assert.match(run.err, /is no export of a case/)
    }
    const shallow = await verify(await fileWith(withFact(nested(20))))
    assert.match(shallow.out, /\nTAMPERED: /, 'what an export could hold is read, and judged')
  })

  test('I5: more values than any case has are no export', async () => {
    const many = await verify(await fileWith(withFact(`[${'0,'.repeat(200_000)}0]`)))
    assert.deepEqual([many.code, many.out], [1, ''])
    assert.match(many.err, /is no export of a case/)
    const some = await verify(await fileWith(withFact(`[${'0,'.repeat(10_000)}0]`)))
    assert.match(some.out, /\nTAMPERED: /)
  })

  test('I5: terms of any form make an export tampered, never the command fail', async () => {
    assert.ok(whole.decision !== null)
    for (const text of [
      '{"terms":{"limits":{},"paths":[{"id":0.5}]}}',
      '{"terms":{"limits":{},"paths":[{}]}}',
      '{"terms":{"limits":{},"paths":[null]}}',
      '{"terms":{"limits":{},"paths":[{"id":"\\ud800"}]}}',
      '{"terms":{"limits":{},"paths":[{"id":{"deep":[]}}]}}',
      '{"terms":{"limits":{"sessionSeconds":"x"},"paths":[],"ratification":7}}',
      `{"terms":{"limits":{},"paths":${nested(100_000)}}}`,
    ]) {
      const told = canonicalJson({ ...whole, decision: { ...whole.decision, decision: text } })
      const run = await verify(await fileWith(told))
      assert.equal(run.code, 1, run.err)
      assert.match(run.out, /TAMPERED decision\.decision: [\s\S]*\nTAMPERED: /, text.slice(0, 60))
    }
  })

  test('I5: a file that is larger than any export is not read to its end', async () => {
    const file = join(folder, 'large')
    writeFileSync(file, '')
    truncateSync(file, mostExportBytes + 1)
    for (const one of [file, '/dev/zero']) {
      const run = await verify(one, '--json')
      assert.deepEqual([run.code, JSON.parse(run.out).error.code], [1, 'file_too_large'], one)
    }
    truncateSync(file, mostExportBytes)
    assert.equal(JSON.parse((await verify(file, '--json')).out).error.code, 'export_malformed')
  })

  test('I8: of what another key signed nothing is looked at, whatever it is', async () => {
    const stranger = generateKeyPairSync('ed25519')
    for (const payload of ['x', '{"export":2}', nested(200_000), canonicalJson(whole)]) {
      const run = await verify(await fileWith(payload, stranger))
      assert.equal(run.code, 1, run.err)
      assert.match(run.out, /^TAMPERED signature: [^\n]*\n[^\n]*\nTAMPERED: [^\n]*\n$/)
    }
  })
})
