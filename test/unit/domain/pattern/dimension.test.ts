import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Agent, failurePlacesOf } from '../../../../bridge/domain/pattern/dimension.ts'

const phone: Agent = { device: 'Pixel 7', browser: 'Chrome/141.0.7390', system: 'Android', systemVersion: '14.1' }
const model = '08987058-cadc-4b81-b6e1-30de50dcbe96'
const otherModel = 'ee882879-721c-4913-9775-3dfcce97072a'
const place = (differs: Partial<Parameters<typeof failurePlacesOf>[0]> = {}) =>
  failurePlacesOf({ agent: phone, authenticators: [model], zones: ['office'], ...differs }, '08:00-12:00')

describe('where a failure happened', () => {
  test('R5: is told by device model, authenticator model, site, software version and time of day', () => {
    assert.deepEqual(place(), {
      time_band: '08:00-12:00',
      device_model: 'Pixel 7',
      authenticator_model: model,
      site: 'office',
      software_version: 'Chrome 141 on Android 14',
    })
  })

  test('R5: what is not known is no place: an unread device, no zone, a browser without a name', () => {
    assert.deepEqual(place({ agent: { device: 'Other', browser: 'Other/Unknown' }, authenticators: [], zones: [] }), {
      time_band: '08:00-12:00',
    })
  })

  test('R5: a system or a version that is not told is left out of the software', () => {
    const software = (agent: Agent) => place({ agent }).software_version
    assert.equal(software({ browser: 'Firefox/Unknown', system: 'Other' }), 'Firefox')
    assert.equal(software({ browser: 'Safari/18.1', system: 'iOS' }), 'Safari 18 on iOS')
  })

  test('R5 R54: of several passkeys nobody says which one failed; the same model twice is one', () => {
    assert.equal(place({ authenticators: [model, otherModel] }).authenticator_model, undefined)
    assert.equal(place({ authenticators: [model, model] }).authenticator_model, model)
  })

  test('R5 R54: a passkey that hides its model has none', () => {
    const hidden = '00000000-0000-0000-0000-000000000000'
    assert.equal(place({ authenticators: [hidden] }).authenticator_model, undefined)
    assert.equal(place({ authenticators: [hidden, model] }).authenticator_model, model)
  })

  test('R55: an address in several zones is at the first as the policy lists them', () => {
    assert.equal(place({ zones: ['plant', 'office'] }).site, 'plant')
  })

  test('K12: a long text is cut', () => {
    assert.equal(place({ agent: { device: `${'x'.repeat(99)} y` } }).device_model, 'x'.repeat(99))
  })
})
