import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAllowedLookup, isAllowedAddress, isAllowedHost } from '../../../bridge/notify/allowed-address.ts'

const lookUp = (addresses: readonly string[], all: boolean) =>
  new Promise((resolve) => {
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const lookup = createAllowedLookup((_host, _options, done) => done(null, found))
    lookup('siem.test', { all }, (error, address) => resolve(error?.code ?? address))
  })

describe('N01: the addresses a webhook may go to', () => {
  const refused = [
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    'fe80::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
    '240.0.0.1',
    'no address',
  ]
  const allowed = ['93.184.216.34', '2606:2800:220:1::1', '10.1.2.3', '192.168.0.9', 'fd12:3456::9', '::ffff:10.1.2.3']

  test('hold neither this machine, nor a link’s own, nor where clouds hand out credentials', () => {
    for (const address of refused) assert.equal(isAllowedAddress('siem.test', address), false, address)
    for (const address of allowed) assert.equal(isAllowedAddress('siem.test', address), true, address)
  })

  test('hold this machine only where the settings name it', () => {
    assert.deepEqual(
      [
        'localhost',
        '127.0.0.1',
        '[::1]',
        '[::ffff:127.0.0.1]',
        '[fe80::1]',
        '169.254.169.254',
        '10.1.2.3',
        'siem.test',
      ].map(isAllowedHost),
      [true, true, true, false, false, false, true, true],
    )
    assert.equal(isAllowedAddress('localhost', '127.0.0.1'), true)
  })

  test('are looked at all together, and exactly those are called', async () => {
    for (const all of [true, false]) {
      assert.equal(await lookUp(['93.184.216.34', '169.254.169.254'], all), 'ADDRESS_REFUSED')
      assert.equal(await lookUp(['::ffff:7f00:1'], all), 'ADDRESS_REFUSED')
      assert.equal(await lookUp([], all), 'ADDRESS_REFUSED')
    }
    assert.equal(await lookUp(['93.184.216.34', '10.0.0.1'], false), '93.184.216.34')
    assert.deepEqual(await lookUp(['93.184.216.34'], true), [{ address: '93.184.216.34', family: 4 }])
  })
})
