import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { timeBandOf } from '../../../../bridge/domain/pattern/time-band.ts'

describe('the band of a time of day', () => {
  test('R5 R55: is of four hours, on the clocks of the policy’s time zone', () => {
    const at = Date.parse('2027-01-15T22:30:00Z')
    assert.equal(timeBandOf(at, 'UTC'), '20:00-24:00')
    assert.equal(timeBandOf(at, 'Europe/Berlin'), '20:00-24:00')
    assert.equal(timeBandOf(at, 'Asia/Tokyo'), '04:00-08:00')
    assert.equal(timeBandOf(Date.parse('2027-01-15T23:59:59Z'), 'Europe/Berlin'), '00:00-04:00')
  })

  test('E5: follows daylight saving', () => {
    assert.equal(timeBandOf(Date.parse('2027-03-28T01:30:00Z'), 'Europe/Berlin'), '00:00-04:00')
    assert.equal(timeBandOf(Date.parse('2027-07-01T06:00:00Z'), 'Europe/Berlin'), '08:00-12:00')
    assert.equal(timeBandOf(Date.parse('2027-01-01T06:00:00Z'), 'Europe/Berlin'), '04:00-08:00')
  })
})
