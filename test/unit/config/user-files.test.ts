import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { readBytes, runtimeFolder, writeNewFile } from '../../../bridge/config/user-files.ts'

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

  test('what lives as long as a session stands in the runtime folder, else in one that carries the user’s number', () => {
    assert.equal(runtimeFolder({ XDG_RUNTIME_DIR: '/run/user/7' }, 7), '/run/user/7/fallback-bridge')
    for (const environment of [{}, { XDG_RUNTIME_DIR: 'here' }]) {
      assert.equal(runtimeFolder(environment, 7), join(tmpdir(), 'fallback-bridge-7'))
    }
  })
})
