import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSomeSettings } from '../../../bridge/config/read-some-settings.ts'

const problemsOf = (...args: Parameters<typeof readSomeSettings>): readonly string[] => {
  const read = readSomeSettings(...args)
  return 'problems' in read ? read.problems : []
}
const readFile = (path: string) => (path === '/url' ? { text: 'sqlite:/b.db\n', isOpenToAll: false } : undefined)

describe('some of the settings', () => {
  test('are read without the others, a secret also from its file', () => {
    const read = readSomeSettings(['DATABASE_URL', 'ID'], { FALLBACK_BRIDGE_DATABASE_URL_FILE: '/url' }, readFile)
    assert.ok('values' in read)
    assert.deepEqual([read.values.DATABASE_URL.reveal(), read.values.ID], ['sqlite:/b.db', 'fallback-bridge'])
  })

  test('names that only the commands of people read may stand beside them', () => {
    const names = ['OPERATIONS_URL', 'OPERATIONS_REALM', 'ACCESS_TOKEN', 'ACCESS_TOKEN_FILE']
    const environment = Object.fromEntries(names.map((name) => [`FALLBACK_BRIDGE_${name}`, 'x']))
    assert.deepEqual(problemsOf(['ID'], environment), [])
  })

  test('are refused as the bridge refuses them: missing, blank, malformed, unknown, twice', () => {
    assert.deepEqual(problemsOf(['REALMS', 'KEYCLOAK_URL'], {}), [
      'FALLBACK_BRIDGE_REALMS is required.',
      'FALLBACK_BRIDGE_KEYCLOAK_URL is required.',
    ])
    for (const [name, value, sentence] of [
      ['REALMS', '', /blank/],
      ['REALMS', '..', /realm names/],
      ['REALM', 'demo', /no setting; is FALLBACK_BRIDGE_REALMS meant/],
      ['SIGN_IN_ACR', 'pass key', /must be names joined by commas/],
    ] as const) {
      const environment = { FALLBACK_BRIDGE_REALMS: 'demo', [`FALLBACK_BRIDGE_${name}`]: value }
      const problems = problemsOf(['REALMS', 'SIGN_IN_ACR'], environment)
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', sentence)
    }
    const both = { FALLBACK_BRIDGE_DATABASE_URL: 'sqlite:/b', FALLBACK_BRIDGE_DATABASE_URL_FILE: '/url' }
    assert.match(problemsOf(['DATABASE_URL'], both, readFile)[0] ?? '', /both given/)
  })

  test('the dangers among them are refused: plain HTTP beyond this machine, certificates not looked at', () => {
    const names = ['KEYCLOAK_URL', 'ALLOW_INSECURE_HTTP'] as const
    const plain = { FALLBACK_BRIDGE_KEYCLOAK_URL: 'http://sso.test' }
    assert.match(problemsOf(names, plain)[0] ?? '', /plain http beyond this machine/)
    assert.deepEqual(problemsOf(names, { ...plain, FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: 'true' }), [])
    const secure = { FALLBACK_BRIDGE_KEYCLOAK_URL: 'https://sso.test', NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    assert.match(problemsOf(names, secure)[0] ?? '', /NODE_TLS_REJECT_UNAUTHORIZED/)
  })
})
