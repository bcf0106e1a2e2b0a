import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { policyRole } from '../../bridge/app/policy/sign-in-person.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { formOf } from '../support/plain-browser.ts'
import { type CliRun, runCli, startCli } from '../support/run-cli.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const demoPolicy = new URL('../../keycloak-config/demo/policy.yaml', import.meta.url)
const reason = ['--reason', 'more logins while the new keys are handed out']

/** On a real Keycloak: people sign in to the command line by the device grant, with a passkey. */
describe('the life of a policy', () => {
  let realm: FallbackRealm
  let file: string
  let owner: PasskeyUser
  let deputy: PasskeyUser
  let nobody: PasskeyUser
  before(async () => {
    const change = (rep: object) => ({ ...rep, oauth2DevicePollingInterval: 1 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change })
    owner = await createPasskeyUser(realm, 'owner')
    deputy = await createPasskeyUser(realm, 'deputy')
    nobody = await createPasskeyUser(realm, 'nobody')
    for (const user of [owner, deputy]) await giveRole(user)
    const { dataDir } = realm.bridgeOptions
    const text = await readFile(demoPolicy, 'utf8')
    file = join(dataDir, 'looser.yaml')
    await writeFile(
      file,
      text.replace(/^revision: 1$/m, 'revision: 2').replace(/grantsPerWeek: 1\b/, 'grantsPerWeek: 2'),
    )
  })
  after(() => realm.remove())

  const giveRole = async ({ id }: PasskeyUser): Promise<void> => {
    const { admin, realm: name } = realm
    const role = await admin.roles.findOneByName({ realm: name, name: policyRole })
    assert.ok(role?.id)
    await admin.users.addRealmRoleMappings({ realm: name, id, roles: [{ id: role.id, name: policyRole }] })
  }

  const env = (): Record<string, string> => ({
    FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(realm.bridgeOptions.dataDir, 'bridge.sqlite')}`,
    FALLBACK_BRIDGE_REALMS: realm.realm,
    FALLBACK_BRIDGE_KEYCLOAK_URL: realm.bridgeOptions.keycloakUrl,
    FALLBACK_BRIDGE_ID: realm.bridgeOptions.bridgeId,
    // Keycloak is asked whether the second person is another one.
    FALLBACK_BRIDGE_CLIENT_KEY_FILE: realm.keys.clientKeyFile,
  })
  const read = async (...args: string[]) => {
    const run = await runCli(['policy', ...args, '--json'], { env: env() })
    assert.equal(run.code, 0, run.err)
    return JSON.parse(run.out)
  }

  /** Runs an act, and follows the address it shows in a browser. */
  const act = async (tab: Tab, signIn: (tab: Tab) => Promise<unknown>, ...args: string[]): Promise<CliRun> => {
    const { written, ended } = startCli(['policy', ...args, '--realm', realm.realm], { env: env() })
    let hasEnded = false
    void ended.then(() => {
      hasEnded = true
    })
    const address = await waitUntil('the command shows an address', async () => {
      const shown = /^ {2}(http\S+user_code=\S+)$/m.exec(written.err)?.[1]
      return shown ?? (hasEnded ? 'none' : false)
    })
    if (address === 'none') return ended
    await tab.get(address)
    await signIn(tab)
    const { fields } = formOf(tab.page)
    await tab.post({ ...fields, accept: 'Yes' })
    return ended
  }
  const withPasskey = (user: PasskeyUser) => async (tab: Tab) => {
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
  }
  const actAs = (user: PasskeyUser, ...args: string[]) => act(openTab(realm.application), withPasskey(user), ...args)

  test('I12: whoever came in by a fallback, or lacks the role, changes no policy', async () => {
    const fallen = await createEnrolledUser(realm, 'fallen')
    await giveRole(fallen)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(fallen)
    await tab.failPasskey()
    assert.equal(await tab.enterCode(await fallen.codes.fresh()), 'arrived')
    // The embedded database serves one process.
    await realm.bridge?.stop()
    const refused = await act(tab, async () => undefined, 'add', file)
    assert.deepEqual([refused.code, refused.out], [1, ''], refused.err)
    assert.match(refused.err, /a fallback session changes no policy/)

    const withoutRole = await actAs(nobody, 'add', file)
    assert.deepEqual([withoutRole.code, withoutRole.out], [1, ''], withoutRole.err)
    assert.match(withoutRole.err, new RegExp(policyRole))
  })

  test('R6: a policy that loosens is proposed by one person and activated by another', async () => {
    await realm.bridge?.stop()
    const added = await actAs(owner, 'add', file)
    assert.equal(added.code, 0, added.err)
    const proposed = await actAs(owner, 'activate', file, ...reason)
    assert.equal(proposed.code, 0, proposed.err)
    assert.match(proposed.out, /^Proposed in /m)
    const alone = await actAs(owner, 'activate', file)
    assert.deepEqual([alone.code, alone.out], [1, ''], alone.err)
    assert.match(alone.err, /needs two people/)

    const activated = await actAs(deputy, 'activate', file)
    assert.equal(activated.code, 0, activated.err)
    assert.match(activated.out, /^Active in .*: demo, revision 2, /m)
    const { realms } = await read('list')
    const { digest } = await read('render', file)
    assert.equal(realms[0].active.digest, digest)
    const { entries, chain } = await read('history', '--realm', realm.realm)
    assert.deepEqual(
      entries.slice(-3).map(({ event, actor }: { event: string; actor: string }) => [event, actor]),
      [
        ['draft_added', `user:${owner.id}`],
        ['proposed', `user:${owner.id}`],
        ['activated', `user:${deputy.id}`],
      ],
    )
    assert.deepEqual(chain, { whole: true })
  })

  test('the off switch needs one person', async () => {
    await realm.bridge?.stop()
    const off = await actAs(deputy, 'off', '--reason', 'somebody attacks the fallback')
    assert.equal(off.code, 0, off.err)
    assert.equal((await read('list')).realms[0].switches.length, 1)
  })
})
