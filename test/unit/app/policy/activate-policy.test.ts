import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createActivatePolicy } from '../../../../bridge/app/policy/activate-policy.ts'
import { shortestReason } from '../../../../bridge/app/policy/given-reason.ts'
import { sha256 } from '../../../../bridge/crypto/sha256.ts'
import { asId, type CaseId } from '../../../../bridge/domain/ids.ts'
import { verifyPolicyChain } from '../../../../bridge/domain/policy/policy-history.ts'
import { binding } from '../../../support/builders.ts'
import { compareSessions, jsonPolicy, plainFacts } from '../../../support/json-policy.ts'
import { ada, because, bob, createPolicyDesk, day, freshRealm } from '../../../support/policy-desk.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

describe('activating a policy', () => {
  let store: TestStore
  before(async () => {
    store = await openTestStore('sqlite')
  })
  after(() => store.close())

  const open = () => ({ desk: createPolicyDesk(store.unitOfWork), realm: freshRealm() })

  /** A realm in which a policy with sessions of an hour is active. */
  const withActive = async () => {
    const { desk, realm } = open()
    const base = await desk.add(realm, 3_600)
    await desk.activateByTwo({ realm, digest: base, reason: because })
    assert.equal(await desk.active(realm), base)
    return { desk, realm, base }
  }
  const reasonOf = (outcome: object) => ('reason' in outcome ? outcome.reason : outcome)

  test('R6 R27: where nothing is active the first call proposes, and the call of another person activates', async () => {
    const { desk, realm } = open()
    const digest = await desk.add(realm, 3_600)
    const proposed = await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    assert.equal(proposed.outcome, 'proposed')
    assert.equal(await desk.active(realm), undefined)
    const activated = await desk.activatePolicy({ realm, digest, person: bob })
    assert.deepEqual(activated, {
      outcome: 'activated',
      active: { digest, since: desk.clock(), expiresAt: undefined, fallsBackTo: undefined },
      isLoosening: true,
      comparison: undefined,
    })
    assert.equal(await desk.active(realm), digest)
    assert.equal(await desk.proposal(realm), undefined)
  })

  test('R6 R9: the activation’s row names both people, that it loosens, why, until when, and both digests', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    const expiresAt = desk.clock() + day
    await desk.activatePolicy({ realm, digest, person: ada, reason: because, expiresAt })
    await desk.activatePolicy({ realm, digest, person: bob, reason: 'I have seen the new office' })
    const entries = await desk.history(realm)
    assert.equal(verifyPolicyChain(sha256, entries), undefined)
    assert.deepEqual(await desk.events(realm), [
      'draft_added',
      'proposed',
      'activated',
      'draft_added',
      'proposed',
      'activated',
    ])
    const { event, actor, facts } = entries.at(-1) ?? assert.fail()
    assert.deepEqual([event, actor, entries.at(-1)?.digest], ['activated', 'user:bob-id', digest])
    assert.deepEqual(facts, {
      name: 'bob',
      isLoosening: true,
      proposedBy: 'user:ada-id',
      proposedByName: 'ada',
      reason: because,
      confirmedBecause: 'I have seen the new office',
      before: base,
      after: digest,
      expiresAt,
      fallsBackTo: base,
    })
  })

  test('R6: a change that does not loosen is active at once, by one person, with its row', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 1_800)
    const activated = await desk.activatePolicy({ realm, digest, person: ada })
    assert.equal(activated.outcome, 'activated')
    assert.equal(await desk.active(realm), digest)
    const { actor, facts } = (await desk.history(realm)).at(-1) ?? assert.fail()
    assert.deepEqual(
      [actor, facts['isLoosening'], facts['proposedBy'], facts['before'], facts['after'], facts['reason']],
      ['user:ada-id', false, null, base, digest, null],
    )
  })

  test('R6: a loosening with neither reason nor end is refused; each of the two is enough', async () => {
    const { desk, realm } = await withActive()
    const digest = await desk.add(realm, 7_200)
    const ask = { realm, digest, person: ada }
    assert.equal(reasonOf(await desk.activatePolicy(ask)), 'reason_missing')
    assert.equal((await desk.activatePolicy({ ...ask, expiresAt: desk.clock() + day })).outcome, 'proposed')
    assert.equal(
      (await desk.activatePolicy({ ...ask, person: bob, expiresAt: desk.clock() + day })).outcome,
      'activated',
    )
    const next = await desk.add(realm, 8_000)
    assert.equal((await desk.activatePolicy({ ...ask, digest: next, reason: because })).outcome, 'proposed')
  })

  test('R6: a reason is 10 to 500 characters of plain text', async () => {
    const { desk, realm } = await withActive()
    const digest = await desk.add(realm, 7_200)
    const expiresAt = desk.clock() + day
    for (const reason of [
      '',
      'too short',
      `   ${'x'.repeat(9)}   `,
      'x'.repeat(501),
      `${'x'.repeat(20)}\u0000`,
      `${'x'.repeat(20)}\ud800`,
    ]) {
      assert.equal(
        reasonOf(await desk.activatePolicy({ realm, digest, person: ada, reason, expiresAt })),
        'reason_missing',
      )
    }
    for (const reason of ['x'.repeat(shortestReason), 'x'.repeat(500)]) {
      assert.equal(
        (await desk.activatePolicy({ realm, digest, person: bob, reason, expiresAt: desk.clock() + reason.length }))
          .outcome,
        'proposed',
      )
    }
  })

  test('R6: an end lies in the future, at most 90 days away', async () => {
    const { desk, realm } = await withActive()
    const digest = await desk.add(realm, 7_200)
    for (const end of [-1, 0, 90 * day + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const expiresAt = desk.clock() + end
      assert.equal(reasonOf(await desk.activatePolicy({ realm, digest, person: ada, expiresAt })), 'expiry_invalid')
    }
    const expiresAt = desk.clock() + 90 * day
    assert.equal((await desk.activatePolicy({ realm, digest, person: ada, expiresAt })).outcome, 'proposed')
  })

  test('R6: the end of something stricter would loosen unconfirmed, so it is refused', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 1_800)
    const refused = await desk.activatePolicy({ realm, digest, person: ada, expiresAt: desk.clock() + day })
    assert.equal(reasonOf(refused), 'expiry_only_for_loosening')
    assert.equal(await desk.active(realm), base)
  })

  test('R6: when its end comes a loosening gives way to what was in force before it', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    await desk.activateByTwo({ realm, digest, expiresAt: desk.clock() + day })
    desk.advance(day - 1)
    assert.equal(await desk.active(realm), digest)
    desk.advance(1)
    assert.equal(await desk.active(realm), base)
  })

  test('R6: while a loosening with an end is in force, no harmless change of it makes it last', async () => {
    const { desk, realm, base } = await withActive()
    const loose = await desk.add(realm, 7_200)
    await desk.activateByTwo({ realm, digest: loose, expiresAt: desk.clock() + day })
    const sly = await desk.add(realm, 7_000)
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: sly, person: ada })), 'reason_missing')
    const expiresAt = desk.clock() + 2 * day
    await desk.activateByTwo({ realm, digest: sly, expiresAt })
    desk.advance(2 * day)
    assert.equal(await desk.active(realm), base, 'the second loosening gives way to what lasts, not to the first')
  })

  test('R6: back from a loosening to what lasts is no loosening; an end there would mean nothing', async () => {
    const { desk, realm, base } = await withActive()
    const loose = await desk.add(realm, 7_200)
    await desk.activateByTwo({ realm, digest: loose, expiresAt: desk.clock() + day })
    assert.equal((await desk.activatePolicy({ realm, digest: base, person: bob })).outcome, 'activated')
    desk.advance(2 * day)
    assert.equal(await desk.active(realm), base)
  })

  test('R6: a loosening back to what lasts takes no end: it would give way to itself', async () => {
    const { desk, realm, base } = await withActive()
    const trial = await desk.add(realm, 7_200)
    await desk.activateByTwo({ realm, digest: trial, expiresAt: desk.clock() + day })
    const wary = createActivatePolicy({
      ...desk.deps,
      comparePolicies: () => ({ isLoosening: true, logins: 0, against: '' }),
    })
    const ask = { realm, digest: base, person: ada }
    assert.equal(reasonOf(await wary({ ...ask, expiresAt: desk.clock() + 2 * day })), 'expiry_invalid')
    assert.equal((await wary({ ...ask, reason: because })).outcome, 'proposed')
  })

  test('R1 R6: after a trial with an end and nothing behind it, anything is a loosening, before the end too', async () => {
    const { desk, realm } = open()
    const trial = await desk.add(realm, 3_600)
    await desk.activateByTwo({ realm, digest: trial, expiresAt: desk.clock() + day })
    const stricter = await desk.add(realm, 1_800)
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: stricter, person: ada })), 'reason_missing')
    desk.advance(day)
    assert.equal(await desk.active(realm), undefined)
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: stricter, person: ada })), 'reason_missing')
  })

  test('R6: nobody confirms their own proposal, under whatever name', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    const again = await desk.activatePolicy({ realm, digest, person: { ...ada, name: 'somebody else' } })
    assert.equal(reasonOf(again), 'same_person')
    assert.equal(await desk.active(realm), base)
    assert.equal((await desk.activatePolicy({ realm, digest, person: bob })).outcome, 'activated')
  })

  test('R6: a proposal older than seven days is taken back, told, and can be made anew', async () => {
    const { desk, realm } = await withActive()
    const digest = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    desk.advance(7 * day)
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest, person: bob })), 'proposal_outdated')
    assert.equal((await desk.events(realm)).at(-1), 'proposal_withdrawn')
    assert.equal(await desk.proposal(realm), undefined)
    await desk.activatePolicy({ realm, digest, person: bob, reason: because })
    desk.advance(7 * day - 1)
    assert.equal((await desk.activatePolicy({ realm, digest, person: ada })).outcome, 'activated')
  })

  test('R6: a proposal made against another policy, or whose end has come, is outdated', async () => {
    const { desk, realm, base } = await withActive()
    const loose = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest: loose, person: ada, expiresAt: desk.clock() + day })
    desk.advance(day)
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: loose, person: bob })), 'proposal_outdated')
    await desk.activatePolicy({ realm, digest: loose, person: ada, reason: because })
    await store.unitOfWork(async (tx) => {
      const strict = await tx.policies.listVersions(realm)
      const other = { ...(strict[0] ?? assert.fail()), digest: 'e'.repeat(64), text: 'x' }
      await tx.policies.addVersion(other)
      const active = { digest: other.digest, since: desk.clock(), expiresAt: undefined, fallsBackTo: undefined }
      await tx.policies.activate(realm, active, base)
    })
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: loose, person: bob })), 'proposal_outdated')
  })

  test('R6: another end than the proposed one is another proposal, even by the second person', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest, person: ada, expiresAt: desk.clock() + day })
    const other = await desk.activatePolicy({ realm, digest, person: bob, expiresAt: desk.clock() + 2 * day })
    assert.equal(other.outcome, 'proposed')
    assert.equal((await desk.proposal(realm))?.by, 'user:bob-id')
    assert.equal(await desk.active(realm), base)
  })

  test('R6: what was a loosening when it was proposed needs its second person, whatever is found later', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    const mild = { ...desk.deps, comparePolicies: () => ({ isLoosening: false, logins: 0, against: '' }) }
    assert.equal(reasonOf(await createActivatePolicy(mild)({ realm, digest, person: ada })), 'same_person')
    assert.equal(await desk.active(realm), base)
  })

  test('R27: a version with problems, or with a test that fails, is neither proposed nor activated', async () => {
    const { desk, realm } = open()
    const digest = await desk.add(realm, 3_600)
    const ask = { realm, digest, person: ada, reason: because }
    const problem = { at: ['rules'], code: 'rule_target', sentence: 'must have a target.' } as const
    desk.found.problems.push(problem)
    assert.deepEqual(await desk.activatePolicy(ask), { outcome: 'refused', reason: 'problems', problems: [problem] })
    desk.found.problems.pop()
    const failed = { name: 'one', passed: false, differences: ['outcome was expected to be deny and is degrade.'] }
    desk.found.tests.push({ name: 'other', passed: true, differences: [] }, failed)
    assert.deepEqual(await desk.activatePolicy(ask), { outcome: 'refused', reason: 'tests_failed', failures: [failed] })
    assert.deepEqual([await desk.active(realm), await desk.proposal(realm)], [undefined, undefined])
    desk.found.tests.pop()
    assert.equal((await desk.activatePolicy(ask)).outcome, 'proposed')
  })

  test('R27: checks run again at the confirmation', async () => {
    const { desk, realm } = open()
    const digest = await desk.add(realm, 3_600)
    await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    desk.found.tests.push({ name: 'a test', passed: false, differences: [] })
    assert.equal(reasonOf(await desk.activatePolicy({ realm, digest, person: bob })), 'tests_failed')
    assert.equal(await desk.active(realm), undefined)
  })

  test('R9: a version that is not there, is active already, or is not what its digest says is refused', async () => {
    const { desk, realm, base } = await withActive()
    const ask = { realm, person: ada, reason: because }
    assert.equal(reasonOf(await desk.activatePolicy({ ...ask, digest: 'f'.repeat(64) })), 'not_found')
    assert.equal(reasonOf(await desk.activatePolicy({ ...ask, realm: freshRealm(), digest: base })), 'not_found')
    assert.equal(reasonOf(await desk.activatePolicy({ ...ask, digest: base })), 'already_active')
    for (const text of [jsonPolicy({ sessionSeconds: 1 }), 'no policy']) {
      const digest = sha256(`not the digest of ${text}`)
      const version = { realm, digest, name: 'forged', revision: 1, engine: 1 as const, text, addedAt: 0, addedBy: 'x' }
      await store.unitOfWork((tx) => tx.policies.addVersion(version))
      assert.equal(reasonOf(await desk.activatePolicy({ ...ask, digest })), 'unreadable')
    }
    assert.equal(await desk.active(realm), base)
  })

  test('I5 R6: where the active policy cannot be read, or is not what its digest says, every change loosens', async () => {
    for (const text of ['no policy', jsonPolicy({ sessionSeconds: 28_800 })]) {
      const { desk, realm } = open()
      const digest = 'd'.repeat(64)
      const version = { realm, digest, name: 'broken', revision: 1, engine: 1 as const, text, addedAt: 0, addedBy: 'x' }
      const active = { digest, since: 1, expiresAt: undefined, fallsBackTo: undefined }
      await store.unitOfWork(async (tx) => {
        await tx.policies.addVersion(version)
        await tx.policies.activate(realm, active, undefined)
      })
      const next = await desk.add(realm, 1)
      assert.equal(reasonOf(await desk.activatePolicy({ realm, digest: next, person: ada })), 'reason_missing')
    }
  })

  test('R6: the comparison is made with the active policy, over the logins of the last 30 days', async () => {
    const { desk, realm, base } = await withActive()
    const digest = await desk.add(realm, 7_200)
    for (const [index, age] of [31 * day, 30 * day, day].entries()) {
      const id = asId<CaseId>(`fb-${realm}-${index}`)
      const at = desk.clock() - age
      await store.unitOfWork(async (tx) => {
        await tx.cases.insert({
          ...binding({ realm, user: asId(`user-${index}`) }),
          id,
          state: 'denied',
          version: 1,
          profile: 'standard',
          policyDigest: base,
          path: undefined,
          offered: [],
          failureClass: 'other',
          attempts: 0,
          pendingAttempt: undefined,
          openedAt: at,
          expiresAt: at,
          grantedAt: undefined,
          endsAt: undefined,
        })
        const decision = { engine: 1, outcome: 'deny', reason: 'no_rule_matches', assessment: null } as const
        await tx.decisions.insert({ realm, case: id, at, policyDigest: base, facts: plainFacts({ at }), decision })
      })
    }
    const proposed = await desk.activatePolicy({ realm, digest, person: ada, reason: because })
    assert.deepEqual('comparison' in proposed && proposed.comparison, { isLoosening: true, logins: 2, against: base })
  })

  test('R6: a policy that came into force while this one was compared stops it', async () => {
    const { desk, realm } = await withActive()
    const [first, second] = [await desk.add(realm, 1_800), await desk.add(realm, 1_700)]
    const slow = createActivatePolicy({
      ...desk.deps,
      comparePolicies: async (...given: Parameters<typeof compareSessions>) => {
        await desk.activatePolicy({ realm, digest: second, person: bob })
        return compareSessions(...given)
      },
    })
    assert.equal(reasonOf(await slow({ realm, digest: first, person: ada })), 'changed_meanwhile')
    assert.equal(await desk.active(realm), second)
  })

  test('a proposal overtaken by another activation is taken back, with its row', async () => {
    const { desk, realm } = await withActive()
    const [loose, strict] = [await desk.add(realm, 7_200), await desk.add(realm, 1_800)]
    await desk.activatePolicy({ realm, digest: loose, person: ada, reason: because })
    await desk.activatePolicy({ realm, digest: strict, person: bob })
    assert.equal(await desk.proposal(realm), undefined)
    assert.deepEqual((await desk.events(realm)).slice(-2), ['proposal_withdrawn', 'activated'])
  })
})
