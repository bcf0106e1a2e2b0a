import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dimensions } from '../../../../bridge/domain/pattern/dimension.ts'
import { isPattern, type Threshold, thresholdOf, usualThresholds } from '../../../../bridge/domain/pattern/threshold.ts'

const site: Threshold = { failures: 10, people: 6, withinSeconds: 86_400, timesBefore: 2 }
const atSite = { failures: 10, people: 6, before: 5 }

describe('a pattern of failures', () => {
  test('R5: begins at the threshold, and one failure less is none', () => {
    assert.equal(isPattern('site', site, atSite), true)
    assert.equal(isPattern('site', site, { ...atSite, failures: 9, before: 1 }), false)
  })

  test('R5: needs so many people', () => {
    assert.equal(isPattern('site', site, { ...atSite, people: 5 }), false)
  })

  test('R5: needs so many times as many as in the span before', () => {
    assert.equal(isPattern('site', site, { ...atSite, before: 6 }), false)
    assert.equal(isPattern('site', site, { ...atSite, before: 0 }), true)
  })

  test('R5: where there is nothing to compare with yet it is none, unless no comparison is asked for', () => {
    assert.equal(isPattern('site', site, { ...atSite, before: undefined }), false)
    const { timesBefore: _, ...absolute } = site
    assert.equal(isPattern('site', absolute, { ...atSite, before: undefined }), true)
  })

  test('E7: fewer than five people are no cohort, whatever the policy says', () => {
    const lax = { failures: 2, people: 1, withinSeconds: 86_400 }
    assert.equal(isPattern('device_model', lax, { failures: 100, people: 4, before: undefined }), false)
    assert.equal(isPattern('device_model', lax, { failures: 100, people: 5, before: undefined }), true)
    const unsaid = { failures: 2, withinSeconds: 86_400 }
    assert.equal(isPattern('site', unsaid, { failures: 100, people: 4, before: undefined }), false)
  })

  test('R5: of one person it is the failures alone', () => {
    const { user } = usualThresholds
    assert.equal(isPattern('user', user, { failures: user.failures, people: 1, before: undefined }), true)
    assert.equal(isPattern('user', user, { failures: user.failures - 1, people: 1, before: undefined }), false)
  })

  test('R5: what the policy does not say is the usual threshold, dimension by dimension', () => {
    for (const dimension of dimensions) assert.equal(thresholdOf(undefined, dimension), usualThresholds[dimension])
    assert.equal(thresholdOf({ site }, 'site'), site)
    assert.equal(thresholdOf({ site }, 'user'), usualThresholds.user)
  })
})
