import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { exportForTerraform } from '../../bridge/domain/realm/export-terraform.ts'
import { planRealm } from '../../bridge/domain/realm/plan-realm.ts'
import { verifyRealm } from '../../bridge/domain/realm/verify-realm.ts'
import { lastLines, runProgram } from '../../keycloak-config/server/run-program.ts'
import { type Existing, openExisting } from '../support/existing-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { given } from './given.ts'

describe('Terraform’s Keycloak provider itself, on the exported file', () => {
  let existing: Existing
  let folder: string

  before(async () => {
    existing = await openExisting((realm) => realm, { enableWebAuthn: true })
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-terraform-'))
    const { admin, wish } = existing
    const state = await admin.read({ clientId: wish.clientId, pilotGroup: undefined })
    const plan = planRealm(state, wish)
    assert.ok(!('refusals' in plan))
    await writeFile(join(folder, 'fallback.tf'), exportForTerraform(state, wish, plan))
    const { baseUrl, admins } = await sharedKeycloak()
    await writeFile(
      join(folder, 'provider.tf'),
      `terraform {\n  required_providers {\n    keycloak = { source = "keycloak/keycloak" }\n  }\n}\nprovider "keycloak" {\n  url = "${baseUrl}"\n  client_id = "${admins.clientId}"\n  client_secret = "${admins.clientSecret}"\n}\n`,
    )
    const overrides = `provider_installation {\n  dev_overrides {\n    "keycloak/keycloak" = "${given('FALLBACK_TERRAFORM_PROVIDERS')}"\n  }\n  direct {}\n}\n`
    await writeFile(join(folder, 'cli.tfrc'), overrides)
  })
  after(async () => {
    await existing.realm.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const terraform = (...args: string[]) =>
    runProgram(given('FALLBACK_TERRAFORM'), [...args, '-no-color'], {
      cwd: folder,
      env: { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc'), TF_IN_AUTOMATION: '1' },
    })

  test('complaint 15: an apply makes the flows as wished, but for what the file says belongs elsewhere', async () => {
    const applied = await terraform('apply', '-auto-approve', '-input=false')
    assert.equal(applied.code, 0, lastLines(applied.output))
    const { admin, wish } = existing
    const { drift, ways, proved } = verifyRealm(
      await admin.read({ clientId: wish.clientId, pilotGroup: undefined }),
      wish,
    )
    assert.deepEqual(ways, [])
    assert.deepEqual(proved, ['browser with fallback'])
    assert.deepEqual(
      drift.filter((line) => !/user verification|ACR to LoA|client scope fallback-bridge/.test(line)),
      [],
    )
  })

  test('complaint 15: a second plan changes nothing', async () => {
    const planned = await terraform('plan', '-detailed-exitcode', '-input=false')
    assert.equal(planned.code, 0, lastLines(planned.output))
  })
})
