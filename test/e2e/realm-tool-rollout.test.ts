import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { removeFallback } from '../../bridge/app/realm/remove-fallback.ts'
import { exportForConfigCli } from '../../bridge/domain/realm/export-config-cli.ts'
import { planRealm } from '../../bridge/domain/realm/plan-realm.ts'
import { isAsWished, verifyRealm } from '../../bridge/domain/realm/verify-realm.ts'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'
import { addApplication } from '../support/applications.ts'
import { apply, assertCanBeTakenBack, type Existing, install, openExisting } from '../support/existing-realm.ts'
import { untilRealmSeen } from '../support/fallback-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { withFlow, withPasskeysInForms } from '../support/realm-layouts.ts'
import { deepFlow } from '../support/realm-states.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab } from '../support/tab.ts'

describe('a pilot for one group', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => ({ ...withFlow(realm, deepFlow()), groups: [{ name: 'pilot' }] }), {
      pilotGroup: '/pilot',
    })
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('R13: a member reaches the fallback after a failure; anybody else stays where the passkey can be tried again', async () => {
    const { realm } = existing
    const [group] = await realm.admin.groups.find({ realm: realm.realm, search: 'pilot' })
    const member = await createPasskeyUser(realm, 'member')
    const other = await createPasskeyUser(realm, 'other')
    await realm.admin.users.addToGroup({ realm: realm.realm, id: member.id, groupId: group?.id ?? '' })
    for (const user of [member, other]) await addKeycloakOtp(realm, user)
    for (const [user, expected] of [
      [member, 'code'],
      [other, 'error'],
    ] as const) {
      const tab = openTab(realm.application)
      await tab.open()
      await tab.enterPassword(user)
      await tab.failPasskey()
      assert.match(tab.page.html, /kc-try-again/, user.username)
      assert.equal(await tab.post({ leave: 'on' }), expected === 'code' ? 'code' : tab.stage, user.username)
      assert.equal(tab.stage === 'code', expected === 'code', user.username)
      assert.notEqual(tab.stage, 'arrived')
    }
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('one client first', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, deepFlow()), { onlyClient: 'demo-app' })
    await addApplication(existing.realm, 'second-app')
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('R13: its logins have the fallback, those of another application are as they were', async () => {
    const { realm } = existing
    const ada = await createPasskeyUser(realm, 'ada')
    await addKeycloakOtp(realm, ada)
    const first = openTab(realm.application)
    await first.open()
    await first.enterPassword(ada)
    assert.equal(await first.failPasskey(), 'code')
    const second = openTab({ ...realm.application, clientId: 'second-app' })
    await second.open()
    await second.enterPassword(ada)
    await second.failPasskey()
    assert.match(second.page.html, /kc-try-again/)
    assert.doesNotMatch(second.page.html, /fallback-bridge/)
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('from the command line, and as a file', () => {
  let existing: Existing
  let folder: string

  before(async () => {
    existing = await openExisting(withPasskeysInForms, {
      enableWebAuthn: true,
    })
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-tool-'))
  })
  after(async () => {
    await existing.realm.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const cli = async (...args: string[]): Promise<{ exit: number; out: string; err: string }> => {
    const { baseUrl, admins } = await sharedKeycloak()
    const secret = join(folder, 'secret')
    await writeFile(secret, admins.clientSecret, { mode: 0o600 })
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(REPOSITORY, 'bridge/cli.ts'), 'realm', ...args, '--realm', existing.realm.realm],
        {
          env: {
            ...process.env,
            FALLBACK_INSTALLER_URL: baseUrl,
            FALLBACK_INSTALLER_CLIENT_ID: admins.clientId,
            FALLBACK_INSTALLER_CLIENT_SECRET_FILE: secret,
          },
        },
        (error, out, err) => resolve({ exit: typeof error?.code === 'number' ? error.code : 0, out, err }),
      )
    })
  }
  const wished = (): string[] => {
    const { bridgeUrl, bridgeId, thumbprints } = existing.wish
    const { clientKeyFile } = existing.realm.keys
    return [
      ...['--bridge-url', bridgeUrl, '--bridge-id', bridgeId, '--client-key-file', clientKeyFile, '--enable-webauthn'],
      ...thumbprints.flatMap((one) => ['--thumbprint', one]),
    ]
  }

  test('complaint 12: doctor and bridge see a theme without the fallback’s texts in a language of the realm', async () => {
    const { admin, realm } = existing.realm
    await admin.realms.update({ realm }, { internationalizationEnabled: true, supportedLocales: ['en', 'de', 'fr'] })
    await apply(existing)
    const { managementUrl } = await existing.realm.startBridge()
    await untilRealmSeen({ managementUrl }, realm)
    const { out } = await cli('doctor', '--json', '--management-url', managementUrl)
    await existing.realm.bridge?.stop()
    await removeFallback({ admin: existing.admin, clientId: existing.wish.clientId, progress: () => undefined })
    const { findings } = JSON.parse(out) as { findings: { code: string }[] }
    assert.ok(
      findings.some(({ code }) => code === 'messages_untranslated'),
      out,
    )
    assert.ok(!findings.some(({ code }) => code === 'templates_missing'), out)
  })

  test('R1 R13: plan, apply, verify, doctor and remove, with exit codes for pipelines', async () => {
    const planned = await cli('plan', '--check', ...wished())
    assert.equal(planned.exit, 3, planned.err)
    assert.match(planned.out, /browser flow "browser" -> "browser with fallback"/)
    assert.match(planned.out, /note: The forms take passkeys/)
    const applied = await cli('apply', '--json', ...wished())
    assert.equal(applied.exit, 0, applied.err)
    assert.equal((JSON.parse(applied.out) as { outcome: string }).outcome, 'applied')
    assert.equal((await cli('plan', '--check', ...wished())).exit, 0)
    const verified = await cli('verify', ...wished())
    assert.equal(verified.exit, 0, verified.out)
    assert.match(verified.out, /proved: no way through "browser with fallback"/)
    const doctor = async (policyFile: string): Promise<string[]> => {
      const dataDir = await mkdtemp(join(folder, 'bridge-'))
      const { managementUrl: at } = await existing.realm.startBridge({
        dataDir,
        env: { FALLBACK_BRIDGE_POLICY_FILE: policyFile },
      })
      await untilRealmSeen({ managementUrl: at }, existing.realm.realm)
      const { out } = await cli('doctor', '--json', '--management-url', at)
      await existing.realm.bridge?.stop()
      const { findings } = JSON.parse(out) as { findings: { severity: string; code: string }[] }
      return findings.filter(({ severity }) => severity === 'bad').map(({ code }) => code)
    }
    assert.deepEqual(await doctor(join(REPOSITORY, 'keycloak-config/demo/policy.yaml')), ['policy_levels'])
    assert.deepEqual(await doctor(join(REPOSITORY, 'bridge/policy/packs/standard.yaml')), [])
    const managementUrl = `http://127.0.0.1:${existing.realm.bridgeOptions.managementPort}`
    assert.ok((await cli('doctor', '--json', '--management-url', managementUrl)).out.includes('bridge_unreachable'))
    const removed = await cli('remove')
    assert.equal(removed.exit, 0, removed.err)
    assert.equal((await cli('plan', '--check', ...wished())).exit, 3)
  })

  test('complaint 15: a realm made of the exported file is as wished but for the scope, which Keycloak’s own import cannot add', async () => {
    const { admin, wish } = existing
    const state = await admin.read({ clientId: wish.clientId, pilotGroup: undefined })
    const plan = planRealm(state, wish)
    assert.ok(!('refusals' in plan))
    const file = JSON.parse(JSON.stringify(exportForConfigCli(state, wish, plan))) as RealmRepresentation
    const imported = await openExisting((realm) => merged(withPasskeysInForms(realm), file))
    try {
      const read = () => imported.admin.read({ clientId: wish.clientId, pilotGroup: undefined })
      const { drift, ways, proved } = verifyRealm(await read(), wish)
      assert.deepEqual(
        drift.filter((line) => !line.includes('client scope fallback-bridge')),
        [],
      )
      assert.deepEqual([ways, proved], [[], ['browser with fallback']])
      assert.equal((await apply({ ...imported, wish })).outcome, 'applied')
      assert.ok(isAsWished(verifyRealm(await read(), wish)))
    } finally {
      await imported.realm.remove()
    }
  })
})

/** The file over the realm, things of one name made one, as keycloak-config-cli does; without client scopes. */
const merged = (realm: RealmRepresentation, file: RealmRepresentation): RealmRepresentation => {
  const { clientScopes: _s, clients = [], users = [], requiredActions = [], ...rest } = file
  const there = new Map(realm.clients?.map((client) => [client.clientId, client]))
  const known = new Set(clients.map(({ clientId }) => clientId))
  return {
    ...realm,
    ...rest,
    realm: realm.realm ?? '',
    clients: [
      ...(realm.clients?.filter(({ clientId }) => !known.has(clientId)) ?? []),
      ...clients.map(({ defaultClientScopes: _, ...client }) => ({ ...there.get(client.clientId), ...client })),
    ],
    users: [...(realm.users ?? []), ...users],
    requiredActions: [...(realm.requiredActions ?? []), ...requiredActions],
  }
}
