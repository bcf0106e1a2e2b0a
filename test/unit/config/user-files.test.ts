import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readBytes, readBytesUpTo, runtimeFolder, writeNewFile } from '../../../bridge/config/user-files.ts'

describe('files of a user', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-files-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('a new file is this user’s alone; one that is there, or a link, is never written over', () => {
    const file = join(folder, 'a')
    assert.equal(writeNewFile(file, Buffer.from('one')), 'written')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(writeNewFile(file, Buffer.from('two')), 'exists')
    assert.equal(readFileSync(file, 'utf8'), 'one')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'))
    assert.equal(writeNewFile(join(folder, 'link'), Buffer.from('two')), 'exists')
    assert.equal(existsSync(join(folder, 'elsewhere')), false)
    assert.equal(writeNewFile(join(folder, 'none', 'a'), Buffer.from('two')), 'failed')
    assert.equal(readBytes(join(folder, 'none')), undefined)
  })

  test('I5: of a file that nobody vouches for no more is read than may be, and of one without an end neither', () => {
    const file = join(folder, 'a')
    for (const [text, read] of [
      ['', ''],
      ['four', 'four'],
      ['five!', 'larger'],
    ] as const) {
      writeFileSync(file, text)
      assert.equal(readBytesUpTo(file, 4)?.toString(), read)
    }
    assert.equal(readBytesUpTo('/dev/zero', 4), 'larger')
    for (const none of [join(folder, 'none'), folder]) assert.equal(readBytesUpTo(none, 4), undefined)
  })

  test('what lives as long as a session stands in the runtime folder, else in one that carries the user’s number', () => {
    assert.equal(runtimeFolder({ XDG_RUNTIME_DIR: '/run/user/7' }, 7), '/run/user/7/fallback-bridge')
    for (const environment of [{}, { XDG_RUNTIME_DIR: 'here' }]) {
      assert.equal(runtimeFolder(environment, 7), join(tmpdir(), 'fallback-bridge-7'))
    }
  })
})
