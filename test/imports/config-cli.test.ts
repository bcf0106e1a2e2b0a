import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { configCliOptions, exportForConfigCli } from '../../bridge/domain/realm/export-config-cli.ts'
import { planRealm } from '../../bridge/domain/realm/plan-realm.ts'
import { isAsWished, verifyRealm } from '../../bridge/domain/realm/verify-realm.ts'
import { lastLines, runProgram } from '../../keycloak-config/server/run-program.ts'
import { type Existing, openExisting } from '../support/existing-realm.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab } from '../support/tab.ts'
import { given } from './given.ts'

describe('keycloak-config-cli itself, on the exported file', () => {
  let existing: Existing
  let folder: string
  let file: string

  before(async () => {
    existing = await openExisting((realm) => realm, { enableWebAuthn: true })
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-import-'))
    file = join(folder, 'realm.json')
    const { admin, wish } = existing
    const state = await admin.read({ clientId: wish.clientId, pilotGroup: undefined })
    const plan = planRealm(state, wish)
    assert.ok(!('refusals' in plan))
    await writeFile(file, JSON.stringify(exportForConfigCli(state, wish, plan)))
  })
  after(async () => {
    await existing.realm.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const importFile = async (): Promise<void> => {
    const { baseUrl, admins } = await sharedKeycloak()
    const { code, output } = await runProgram(given('FALLBACK_CONFIG_CLI_JAVA'), [
      '-jar',
      given('FALLBACK_CONFIG_CLI_JAR'),
      `--keycloak.url=${baseUrl}`,
      '--keycloak.grant-type=client_credentials',
      `--keycloak.client-id=${admins.clientId}`,
      `--keycloak.client-secret=${admins.clientSecret}`,
      `--import.files.locations=${file}`,
      '--import.cache.enabled=false',
      ...configCliOptions,
    ])
    assert.equal(code, 0, lastLines(output))
  }

  test('complaint 15: an import makes the realm as wished, and the fallback works in it', async () => {
    await importFile()
    const { admin, wish, realm } = existing
    const found = verifyRealm(await admin.read({ clientId: wish.clientId, pilotGroup: undefined }), wish)
    assert.deepEqual(found.ways, [])
    assert.ok(isAsWished(found), JSON.stringify(found))
    await realm.startBridge()
    const ada = await createEnrolledUser(realm, 'ada')
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(ada)
    assert.equal(await tab.failPasskey(), 'code', textOf(tab.page, 'fallback-bridge-text'))
    await tab.enterCode(await ada.codes.fresh())
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')
  })

  test('complaint 15: a second import changes nothing', async () => {
    const once = await existing.exportNow()
    await importFile()
    assert.deepEqual(await existing.exportNow(), once)
  })
})
