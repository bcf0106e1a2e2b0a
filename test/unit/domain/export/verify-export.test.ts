import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import { canonicalJson } from '../../../../bridge/domain/canonical-json.ts'
import type { CaseExport } from '../../../../bridge/domain/export/case-export.ts'
import { verifyExport } from '../../../../bridge/domain/export/verify-export.ts'
import { chainEntry, type HistoryEntry, noPrevious } from '../../../../bridge/domain/history.ts'
import { readExport } from '../../../../bridge/operations-client/read-export.ts'
import {
  createExportingBridge,
  declareOverride,
  exportOf,
  liveCase,
  policyOf,
  settleEvents,
  toldBy,
} from '../../../support/lived-case.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** Members that nothing but the signature holds; docs/operations.md names them. A day is far from every entry's time. */
const onSignatureAlone: readonly RegExp[] = [
  /^(issuer|bridge|exportedAt|exportedBy\.(id|name)|case\.(userName|version))$/,
  /^evidence\.\d+\.by\.name$/,
  /^openings\.\d+\.at$/,
  /^reviews\.\d+\.done\.by\.name$/,
  /^notices\.\d+/,
  /^events\.\d+\.(id|writtenAt|representation\.(session|path))$/,
]

const isAlone = (path: string): boolean => onSignatureAlone.some((pattern) => pattern.test(path))

/** Every other value of the closed lists, so that a change stays one that the form allows. */
const lists: readonly (readonly string[])[] = [
  ['approve', 'deny'],
  ['accept', 'refuse'],
  ['counted', 'pending', 'confirmed', 'refused', 'lapsed'],
  ['pending', 'ratified', 'refused', 'lapsed'],
  ['in_person', 'call_back_on_record'],
  ['staff_badge', 'passport'],
  ['open', 'grant'],
  ['granted', 'denied', 'closed', 'revoked'],
]

const othersOf = (value: Json): Json[] => {
  if (typeof value === 'number') return [value + 86_400_000, value - 86_400_000, 0]
  if (typeof value === 'boolean') return [!value]
  if (value === null) return ['x', 7]
  if (typeof value !== 'string') return []
  if (/^[0-9a-f]{64}$/.test(value)) return [`${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`]
  const listed = lists.filter((list) => list.includes(value)).flatMap((list) => list.filter((one) => one !== value))
  return [...listed, `${value}x`, '']
}

/** Every change of one leaf, and of one member of a list: left out, and there twice. */
function* changesOf(value: Json, path: string): Generator<{ path: string; changed: Json }> {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      const at = `${path}.${index}`
      yield { path: at, changed: value.toSpliced(index, 1) }
      yield { path: at, changed: value.toSpliced(index, 0, member) }
      for (const inner of changesOf(member, at)) yield { ...inner, changed: value.with(index, inner.changed) }
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`
      const { [name]: _, ...others } = value
      yield { path: at, changed: others }
      if (member !== null && typeof member === 'object') yield { path: at, changed: { ...value, [name]: null } }
      for (const inner of changesOf(member, at)) yield { ...inner, changed: { ...value, [name]: inner.changed } }
    }
  } else {
    for (const changed of othersOf(value)) if (changed !== value) yield { path, changed }
  }
}

describe('an exported case', () => {
  let store: TestStore
  let whole: CaseExport
  let declared: CaseExport
  before(async () => {
    store = await openTestStore()
    const bridge = await createExportingBridge(store)
    const { id } = await liveCase(bridge)
    const other = await declareOverride(bridge)
    for (const one of [id, other]) await settleEvents(bridge, one)
    whole = await toldBy(await exportOf(bridge, id))
    declared = await toldBy(await exportOf(bridge, other))
  })
  after(() => store.close())

  const known = new Map<string, ReturnType<typeof policyOf>>()
  /** The policy of an export; the same text reads as the same. */
  const knownPolicyOf = (told: CaseExport) => {
    const text = told.policy?.text ?? ''
    if (!known.has(text)) known.set(text, policyOf(told))
    return known.get(text)
  }
  const findings = (told: CaseExport) => verifyExport(sha256, told, knownPolicyOf(told))
  const words = (told: CaseExport) => findings(told).map(({ weight, code, at }) => `${weight} ${code} ${at}`)

  test('R37 S05: a case in which everything happened agrees with itself, and so does one that was declared', () => {
    assert.deepEqual(words(whole), [])
    assert.deepEqual(words(declared), [])
    const events = whole.history.map(({ event }) => event)
    for (const event of [
      ...['open', 'ask_approval', 'add_evidence', 'approve', 'approve_verbally', 'ask_evidence_review', 'clear'],
      ...['refuse_code', 'grant', 'use', 'confirm', 'ratify', 'dispute', 'call_review', 'review'],
    ]) {
      assert.ok(events.includes(event as (typeof events)[number]), event)
    }
  })

  test('I8 S05: with the bridge’s own key in a thief’s hand every single change is found, but for what is named', () => {
    const unseen = new Set<string>()
    let count = 0
    for (const told of [whole, declared]) {
      for (const { path, changed } of changesOf(told as unknown as Json, '')) {
        count += 1
        const read = readExport(canonicalJson(changed as never))
        if (read.outcome === 'refused') continue
        const found = findings(read.told)
        const isFound = found.some(({ weight }) => weight === 'tampered')
        // Without its policy a decision cannot be repeated, which is said, and is nothing false.
        const isSaid = path === 'policy' && found.some(({ code }) => code === 'policy_missing')
        if (!isFound && !isSaid && !isAlone(path)) unseen.add(path)
      }
    }
    assert.deepEqual([...unseen], [])
    assert.ok(count > 1_000, String(count))
  })

  /** What somebody with key and database would make of it: a chain that is whole, and events that have its hashes. */
  const writtenAnew = (told: CaseExport, change: (entry: HistoryEntry) => HistoryEntry): CaseExport => {
    let previous = noPrevious
    const history = told.history.map((entry) => {
      const { hash: _, ...body } = { ...change(entry), previous }
      const chained = chainEntry(sha256, body)
      previous = chained.hash
      return chained
    })
    const events = told.events.map((event) => {
      const index = told.history.findIndex(({ hash }) => hash === Object(event.representation['history']).hash)
      const { seq = 0, hash = '', facts } = history[index] ?? {}
      return { ...event, representation: { ...event.representation, ...facts, history: { seq, hash } } }
    })
    return { ...told, history, events }
  }

  test('I13: a decision that was changed together with all that speaks of it does not come out of policy and facts', () => {
    assert.deepEqual(words(writtenAnew(whole, (entry) => entry)), [])
    const milder = whole.decision?.decision.replace('"band":"review"', '"band":"approval"') ?? ''
    assert.notEqual(milder, whole.decision?.decision)
    const told = writtenAnew(whole, (entry) =>
      entry.event === 'open' ? { ...entry, facts: { ...entry.facts, decisionDigest: sha256(milder) } } : entry,
    )
    const decision = whole.decision === null ? null : { ...whole.decision, decision: milder }
    assert.deepEqual(words({ ...told, decision }), ['tampered decision_differs decision.decision'])
  })

  test('R37: what cannot be shown is told as incomplete, and is nothing false', () => {
    assert.deepEqual(words({ ...whole, policy: null }), ['incomplete policy_missing policy'])
    assert.deepEqual(
      verifyExport(sha256, whole, undefined).map(({ weight, code }) => [weight, code]),
      [['incomplete', 'policy_unreadable']],
    )
    const events = whole.events.map((event, index) => (index === 2 ? { ...event, state: 'parked' as const } : event))
    assert.deepEqual(words({ ...whole, events }), ['incomplete event_unconfirmed events[2]'])
    const ofOlderVersion = writtenAnew(whole, (entry) => {
      const { recordDigest: _, ...facts } = entry.facts
      return { ...entry, facts }
    })
    // Their events, too, had no such member.
    const olderEvents = ofOlderVersion.events.map(
      ({ representation: { recordDigest: _, ...representation }, ...event }) => ({
        ...event,
        representation,
      }),
    )
    assert.deepEqual(words({ ...ofOlderVersion, events: olderEvents }), [
      'incomplete record_unbound approvals[0]',
      'incomplete record_unbound approvals[1]',
    ])
  })

  test('I5: an export of nonsense is told as such and breaks nothing', () => {
    for (const text of ['', '5', 'null', '{}', '{"terms":{}}', '{"terms":{"limits":null}}', '[]']) {
      const decision = whole.decision === null ? null : { ...whole.decision, facts: text, decision: text }
      assert.ok(words({ ...whole, decision }).length > 0, text)
    }
    assert.deepEqual(words({ ...whole, history: [] }).slice(0, 1), ['tampered history_empty history'])
    const never = { ...whole, history: whole.history.map((entry) => ({ ...entry, at: Number.MAX_SAFE_INTEGER })) }
    assert.ok(words(never).length > 0)
  })
})
