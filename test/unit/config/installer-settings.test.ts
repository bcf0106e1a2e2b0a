import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createReadInstaller, type InstallerOptions } from '../../../bridge/config/installer-settings.ts'

const files: Record<string, { text: string; isOpenToAll: boolean }> = {
  secret: { text: 'very-secret\n', isOpenToAll: false },
  open: { text: 'very-secret', isOpenToAll: true },
  empty: { text: '', isOpenToAll: false },
}
const read = (options: Partial<InstallerOptions>, environment: Record<string, string> = {}, typed?: string) =>
  createReadInstaller({ environment, readFile: (path) => files[path], askPassword: async () => typed })({
    realm: 'staff',
    ...options,
  })
const problem = async (...given: Parameters<typeof read>): Promise<string | undefined> => {
  const found = await read(...given)
  return 'problem' in found ? found.problem.code : undefined
}
const url = 'https://sso.example.org/'

describe('the installer', () => {
  test('A01: is a person, a client or a token, named once; options come before the environment', async () => {
    const found = await read(
      { url, installerClient: 'terraform', installerSecretFile: 'secret' },
      { FALLBACK_INSTALLER_URL: 'https://other.example.org', FALLBACK_INSTALLER_SIGN_IN_REALM: 'ops' },
    )
    assert.ok('access' in found)
    const { identity, ...reach } = found.access
    assert.deepEqual(reach, { url: 'https://sso.example.org', realm: 'staff', signInRealm: 'ops' })
    assert.ok(identity.kind === 'client')
    assert.equal(identity.clientSecret.reveal(), 'very-secret')
    assert.equal(await problem({ url }), 'identity')
    assert.equal(await problem({ url, user: 'ada', tokenFile: 'secret' }), 'identity')
    assert.equal(await problem({ user: 'ada' }), 'url')
    assert.equal(await problem({ url: 'ftp://x', user: 'ada' }), 'url')
  })

  test('R31: a secret comes from a file that is closed to others, or from a prompt, and shows itself nowhere', async () => {
    assert.equal(await problem({ url, user: 'ada', passwordFile: 'open' }), 'secret_open')
    assert.equal(await problem({ url, user: 'ada', passwordFile: 'empty' }), 'secret_file')
    assert.equal(await problem({ url, user: 'ada', passwordFile: 'none' }), 'secret_file')
    assert.equal(await problem({ url, installerClient: 'x' }), 'client_secret')
    assert.equal(await problem({ url, user: 'ada' }), 'password')
    const typed = await read({ url, user: 'ada' }, {}, 'typed-secret')
    assert.ok('access' in typed && typed.access.identity.kind === 'person')
    assert.equal(typed.access.identity.password.reveal(), 'typed-secret')
    assert.doesNotMatch(JSON.stringify([typed, await read({ url, tokenFile: 'secret' })]), /typed-secret|very-secret/)
  })
})
