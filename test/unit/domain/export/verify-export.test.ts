import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import { canonicalJson } from '../../../../bridge/domain/canonical-json.ts'
import { openingsDigestText } from '../../../../bridge/domain/evidence.ts'
import type { CaseExport } from '../../../../bridge/domain/export/case-export.ts'
import type { Finding, FindingCode } from '../../../../bridge/domain/export/finding.ts'
import { verifyExport } from '../../../../bridge/domain/export/verify-export.ts'
import { chainEntry, type HistoryEntry, noPrevious } from '../../../../bridge/domain/history.ts'
import { readExport } from '../../../../bridge/operations-client/read-export.ts'
import { additionsTo, changesOf, type Json } from '../../../support/changed-exports.ts'
import {
  createExportingBridge,
  declareOverride,
  enterByCase,
  exportOf,
  liveCase,
  policyOf,
  settleEvents,
  toldBy,
} from '../../../support/lived-case.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

/** Members that nothing but the signature holds; docs/operations.md names them. A day is far from every entry's time. */
const onSignatureAlone: readonly RegExp[] = [
  /^(issuer|bridge|exportedAt|exportedBy\.(id|name)|case\.(userName|version))(:|$)/,
  /^evidence\.\d+\.by\.name(:|$)/,
  // But for what whoever accepted the evidence had opened.
  /^openings\.1(\.at:|\.person:|$)/,
  /^openings \+ person$/,
  /^reviews\.\d+\.done\.by\.name(:|$)/,
  /^notices(\.\d+| \+)/,
  /^events\.\d+\.(id|writtenAt|representation\.(session|path))(:|$)/,
  /^events\.\d+\.state: \w+ to confirmed$/,
  /^(approvals\.\d+|ratification)\.state: (pending to lapsed|lapsed to pending)$/,
]

/** What is nothing false, and is said: that a decision cannot be repeated, or a record has no entry. */
const incompleteBy: readonly [RegExp, FindingCode][] = [
  [/^policy$/, 'policy_missing'],
  [/^events\.\d+\.state: \w+ to (due|written|parked)$/, 'event_unconfirmed'],
  [/^(evidenceReview|dispute) \+$/, 'record_unbound'],
]

const isAlone = (what: string): boolean => onSignatureAlone.some((pattern) => pattern.test(what))

describe('an exported case', () => {
  let store: TestStore
  let others: TestStore
  let whole: CaseExport
  let declared: CaseExport
  /** Somebody is in, nothing is settled yet, and Keycloak's log was not read back. */
  let early: CaseExport
  before(async () => {
    store = await openTestStore()
    const bridge = await createExportingBridge(store)
    const { id } = await liveCase(bridge)
    const other = await declareOverride(bridge)
    for (const one of [id, other]) await settleEvents(bridge, one)
    whole = await toldBy(await exportOf(bridge, id))
    declared = await toldBy(await exportOf(bridge, other))
    others = await openTestStore()
    const earlier = await createExportingBridge(others)
    early = await toldBy(await exportOf(earlier, (await enterByCase(earlier)).id))
  })
  after(async () => {
    await store.close()
    await others.close()
  })

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
    assert.deepEqual(
      words(early),
      early.events.map((_, index) => `incomplete event_unconfirmed events[${index}]`),
    )
    assert.deepEqual([early.approvals[1]?.state, early.ratification?.state], ['pending', 'pending'])
    const events = whole.history.map(({ event }) => event)
    for (const event of [
      ...['open', 'ask_approval', 'add_evidence', 'approve', 'approve_verbally', 'ask_evidence_review', 'clear'],
      ...['refuse_code', 'grant', 'use', 'confirm', 'ratify', 'dispute', 'call_review', 'review'],
    ]) {
      assert.ok(events.includes(event as (typeof events)[number]), event)
    }
  })

  const isFound = (found: readonly Finding[], what: string): boolean =>
    found.some(({ weight }) => weight === 'tampered') ||
    incompleteBy.some(([pattern, code]) => pattern.test(what) && found.some((one) => one.code === code))

  test('I8 S05: with the bridge’s own key in a thief’s hand every single change is found, but for what is named', () => {
    const unseen = new Set<string>()
    let count = 0
    for (const told of [whole, declared, early]) {
      for (const { what, changed } of changesOf(told as unknown as Json)) {
        count += 1
        const read = readExport(canonicalJson(changed))
        if (read.outcome === 'refused') continue
        if (!isFound(findings(read.told), what) && !isAlone(what)) unseen.add(what)
      }
    }
    assert.deepEqual([...unseen], [])
    assert.ok(count > 1_000, String(count))
  })

  test('I8 S05: a record that was added with the bridge’s own key is found, but for what is named', () => {
    const unseen = new Set<string>()
    let count = 0
    const all = [whole, declared, early]
    for (const told of all) {
      const strangers = all.filter((one) => one !== told)
      for (const { what, changed } of additionsTo(told, strangers)) {
        const read = readExport(canonicalJson(changed))
        if (read.outcome === 'refused') continue
        count += 1
        if (!isFound(findings(read.told), what) && !isAlone(what)) unseen.add(what)
      }
    }
    assert.deepEqual([...unseen], [])
    assert.ok(count > 200, String(count))
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

  /** What an older version wrote: entries, and events too, lack these facts. */
  const ofOlderVersion = (told: CaseExport, names: readonly string[]): CaseExport => {
    const without = <Value>(facts: Readonly<Record<string, Value>>) =>
      Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)))
    const older = writtenAnew(told, (entry) => ({ ...entry, facts: without(entry.facts) }))
    const events = older.events.map((event) => ({ ...event, representation: without(event.representation) }))
    return { ...older, events }
  }

  const withOpeningsDigest = (told: CaseExport, openingsDigest: string): CaseExport =>
    writtenAnew(told, (entry) =>
      entry.facts['openingsDigest'] === undefined ? entry : { ...entry, facts: { ...entry.facts, openingsDigest } },
    )

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
    assert.deepEqual(words(ofOlderVersion(whole, ['recordDigest'])), [
      'incomplete record_unbound approvals[0]',
      'incomplete record_unbound approvals[1]',
    ])
    assert.deepEqual(words(ofOlderVersion(whole, ['openingsDigest'])), ['incomplete record_unbound openings'])
    assert.deepEqual(words(ofOlderVersion(whole, ['openingsDigest', 'evidenceReviewDigest'])), [
      'incomplete record_unbound evidenceReview',
      'incomplete record_unbound openings',
    ])
  })

  test('R41: an opening that got into the database once the evidence was accepted does not pass for one from before', () => {
    const told = withOpeningsDigest(whole, sha256(''))
    assert.deepEqual(words(told), ['tampered digest_differs openings'])
    const without = { ...told, openings: told.openings.filter(({ person }) => person !== 'verifier') }
    assert.deepEqual(words(without), ['tampered evidence_unopened evidenceReview'])
  })

  test('R37: what two replicas tell by clocks that differ agrees up to a minute, and not beyond', () => {
    const last = whole.history.at(-1)?.at ?? 0
    assert.deepEqual(words({ ...whole, exportedAt: last - 60_000 }), [])
    const first = whole.history.findIndex(({ at }) => at === last)
    assert.deepEqual(words({ ...whole, exportedAt: last - 60_001 }), [
      `tampered differs_from_history history[${first}]`,
    ])
    const openedAt = (told: CaseExport, person: string, at: number): CaseExport => ({
      ...told,
      openings: told.openings.map((one) => (one.person === person ? { ...one, at } : one)),
    })
    assert.deepEqual(words(openedAt(whole, 'auditor', whole.exportedAt + 60_000)), [])
    assert.deepEqual(words(openedAt(whole, 'auditor', whole.exportedAt + 60_001)), [
      'tampered not_in_export openings[1]',
    ])
    const acceptedAt = whole.evidenceReview?.at ?? 0
    const openedFor = (late: number): CaseExport => {
      const told = openedAt(whole, 'verifier', acceptedAt + late)
      const own = told.openings.filter(({ person }) => person === 'verifier')
      return withOpeningsDigest(told, sha256(openingsDigestText(own)))
    }
    assert.deepEqual(words(openedFor(60_000)), [])
    assert.deepEqual(words(openedFor(60_001)), ['tampered evidence_unopened evidenceReview'])
    const givenAt = whole.evidence[0]?.at ?? 0
    const reviewedAt = (at: number): readonly string[] => {
      const older = ofOlderVersion(whole, ['openingsDigest', 'evidenceReviewDigest'])
      const evidenceReview = older.evidenceReview === null ? null : { ...older.evidenceReview, at }
      return words(openedAt({ ...older, evidenceReview }, 'verifier', givenAt)).filter(
        (one) => !one.startsWith('incomplete'),
      )
    }
    assert.deepEqual(reviewedAt(givenAt - 60_000), [])
    assert.deepEqual(reviewedAt(givenAt - 60_001), ['tampered digest_differs evidenceReview.evidenceDigest'])
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

  test('I5: an export of twice the size is looked at twice as often, and not four times', () => {
    const looks = (size: number): number => {
      let count = 0
      const watched = <One extends object>(all: readonly One[]): One[] =>
        all.map(
          (one) =>
            new Proxy(one, {
              get: (target, name) => {
                count += 1
                return Reflect.get(target, name)
              },
            }),
        )
      const many = <One>(all: readonly One[], make: (one: One, index: number) => One): One[] =>
        Array.from({ length: size }).flatMap((_, index) => all.slice(0, 1).map((one) => make(one, index)))
      const acts = whole.history.filter(({ event }) =>
        ['add_evidence', 'approve', 'approve_verbally', 'call_review', 'review'].includes(event),
      )
      const history = acts.flatMap((entry) =>
        many([entry], (one, index) => {
          const named = ['evidence', 'approval', 'review'].filter((name) => one.facts[name] !== undefined)
          const facts = { ...one.facts, ...Object.fromEntries(named.map((name) => [name, `${name}-${index}`])) }
          return { ...one, facts, hash: sha256(`${entry.event} ${index}`) }
        }),
      )
      const events = history.flatMap(({ seq, hash }) =>
        whole.events.slice(0, 1).map((event) => ({
          ...event,
          representation: { ...event.representation, history: { seq, hash } },
        })),
      )
      findings({
        ...whole,
        history: watched(history),
        events: watched(events),
        approvals: watched(many(whole.approvals, (one, index) => ({ ...one, approval: `approval-${index}` }))),
        evidence: watched(many(whole.evidence, (one, index) => ({ ...one, id: `evidence-${index}` }))),
        openings: watched(many(whole.openings, (one, index) => ({ ...one, evidence: `evidence-${index}` }))),
        reviews: watched(many(whole.reviews, (one, index) => ({ ...one, id: `review-${index}` }))),
      })
      return count
    }
    assert.ok(looks(400) < 2.1 * looks(200), String([looks(200), looks(400)]))
  })
})
