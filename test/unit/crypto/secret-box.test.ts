import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { createSecretBox } from '../../../bridge/crypto/secret-box.ts'

const dataKey = (id: string) => ({ id, key: createSecretKey(randomBytes(32)) })
const place = ['factor', 'demo', 'ada', 'h1', 'totp-secret']

describe('the secret box', () => {
  const key = dataKey('1')
  const box = createSecretBox([key])

  test('D01: a sealed secret opens at its place, and its text stands nowhere in the box', () => {
    const sealed = box.seal('SECRETSECRET', place)
    assert.equal(box.open(sealed, place), 'SECRETSECRET')
    assert.equal(Buffer.from(sealed.box).includes('SECRET'), false)
  })

  test('D01: the same secret is sealed differently each time', () => {
    const boxes = new Set(Array.from({ length: 50 }, () => Buffer.from(box.seal('x', place).box).toString('hex')))
    assert.equal(boxes.size, 50)
  })

  test('D01: a box moved to another row, realm or user does not open', () => {
    const sealed = box.seal('secret', place)
    for (const index of place.keys()) {
      const moved = place.with(index, `${place[index]}x`)
      assert.throws(() => box.open(sealed, moved), { code: 'secret_unreadable' })
    }
    assert.throws(() => box.open(sealed, ['factor', 'demo', 'ada","h1', 'totp-secret']), { code: 'secret_unreadable' })
  })

  test('D01: a box with any bit changed, or cut, does not open', () => {
    const sealed = box.seal('secret', place)
    for (const index of sealed.box.keys()) {
      const changed = Uint8Array.from(sealed.box)
      changed[index] = (changed[index] ?? 0) ^ 1
      assert.throws(() => box.open({ ...sealed, box: changed }, place), { code: 'secret_unreadable' })
    }
    for (const length of [0, 11, 27, sealed.box.length - 1]) {
      const cut = { ...sealed, box: sealed.box.subarray(0, length) }
      assert.throws(() => box.open(cut, place), { code: 'secret_unreadable' })
    }
  })

  test('D11: after a rotation old boxes open and new ones are sealed with the new key', () => {
    const old = box.seal('secret', place)
    const rotated = createSecretBox([dataKey('2'), key])
    assert.equal(rotated.open(old, place), 'secret')
    assert.equal(rotated.seal('secret', place).keyId, '2')
    assert.throws(() => createSecretBox([dataKey('2')]).open(old, place), { code: 'secret_unreadable' })
    assert.throws(() => rotated.open({ ...old, keyId: '2' }, place), { code: 'secret_unreadable' })
  })
})
