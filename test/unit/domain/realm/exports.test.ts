import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { exportForConfigCli, hiddenSettings } from '../../../../bridge/domain/realm/export-config-cli.ts'
import { exportForTerraform } from '../../../../bridge/domain/realm/export-terraform.ts'
import { peopleRoles } from '../../../../bridge/domain/realm/people-parts.ts'
import { planRealm, type RealmPlan } from '../../../../bridge/domain/realm/plan-realm.ts'
import type { RealmState } from '../../../../bridge/domain/realm/realm-state.ts'
import type { RealmWish } from '../../../../bridge/domain/realm/realm-wish.ts'
import {
  deepFlow,
  flowsOf,
  type RealmExport,
  realmWith,
  stockExport,
  theirs,
  wishFor,
} from '../../../support/realm-states.ts'

const wish = wishFor({ enableWebAuthn: true, bridgeId: ['a"$', '{b}%{c}'].join('') })
const stock = realmWith(flowsOf(stockExport()))
const planned = (state: RealmState): RealmPlan => {
  const plan = planRealm(state, wish)
  assert.ok(!('refusals' in plan))
  return plan
}

describe('the wished state as a file', () => {
  test('complaint 15: for keycloak-config-cli it has no ids, unique names, and the very flow that apply would build', () => {
    const plan = planned(stock)
    const file = exportForConfigCli(stock, wish, plan) as RealmExport & object
    assert.doesNotMatch(JSON.stringify(file), /"id":/)
    const flows = file.authenticationFlows.map(({ alias }) => alias)
    const configs = file.authenticatorConfig.map(({ alias }) => alias)
    for (const names of [flows, configs]) assert.equal(new Set(names).size, names.length)
    const named = file.authenticationFlows.flatMap(({ authenticationExecutions }) => authenticationExecutions)
    for (const { flowAlias, authenticatorConfig } of named) {
      if (flowAlias !== undefined) assert.ok(flows.includes(flowAlias), flowAlias)
      if (authenticatorConfig !== undefined) assert.ok(configs.includes(authenticatorConfig), authenticatorConfig)
    }
    const applied = { ...stock, flows: [...stock.flows, ...flowsOf(file)], browserFlow: file.browserFlow }
    const again = planned({ ...applied, flowAliases: [...stock.flowAliases, ...flows] })
    assert.deepEqual(
      again.changes.filter(({ kind }) => kind === 'build_flow' || kind === 'bind_realm'),
      [],
    )
  })

  test('complaint 15: for keycloak-config-cli it says both WebAuthn policies whole, and the scopes that new clients had before', () => {
    const file = exportForConfigCli(stock, wish, planned(stock)) as Record<string, unknown>
    assert.equal(file['webAuthnPolicyRpEntityName'], 'keycloak')
    assert.equal(file['webAuthnPolicyUserVerificationRequirement'], 'required')
    assert.ok(!('webAuthnPolicyResidentKey' in file), 'tools of an earlier Keycloak refuse what they do not know')
    assert.deepEqual(file['defaultDefaultClientScopes'], ['acr', 'basic', 'fallback-bridge'])
    const one = exportForConfigCli(stock, { ...wish, onlyClient: 'app' }, planned(stock))
    assert.ok(!('defaultDefaultClientScopes' in one))
  })

  test('complaint 15: the file of a realm that has it all is the same as before', () => {
    const plan = planned(stock)
    assert.deepEqual(exportForConfigCli(stock, wish, plan), exportForConfigCli(stock, wish, planned(stock)))
  })

  test('complaint 15: for Terraform every reference leads to a resource of the file, and no value is run as a template', () => {
    const text = exportForTerraform(stock, wish, planned(stock))
    const made = [...text.matchAll(/^resource "(\w+)" "(\w+)"/gm)].map(([, type, name]) => `${type}.${name}`)
    assert.equal(new Set(made).size, made.length)
    const used = [...text.matchAll(/= (keycloak_\w+\.\w+)\.\w+$/gm)].map(([, reference]) => reference ?? '')
    assert.ok(used.length > 20)
    assert.deepEqual(
      used.filter((reference) => !made.includes(reference)),
      [],
    )
    assert.match(text, /a\\"\$\$\{b\}%%\{c\}/)
    assert.match(text, /browser_flow = keycloak_authentication_flow\.browser_with_fallback\.alias/)
    assert.doesNotMatch(text, /\n\n\n/)
  })

  test('complaint 15 R19: both files hold the client and the roles of people, and neither holds what somebody else made', () => {
    const text = (state: RealmState, differs: Partial<RealmWish> = {}): readonly [string, string] => {
      const asked = { ...wish, ...differs }
      const plan = planRealm(state, asked)
      assert.ok(!('refusals' in plan))
      return [JSON.stringify(exportForConfigCli(state, asked, plan)), exportForTerraform(state, asked, plan)]
    }
    const [json, hcl] = text(stock)
    const file = JSON.parse(json) as {
      clients: { clientId: string; fullScopeAllowed?: boolean; defaultClientScopes?: string[] }[]
      roles: { realm: { name: string }[] }
      scopeMappings: object[]
    }
    const client = file.clients.find(({ clientId }) => clientId === 'fallback-bridge-cli')
    assert.deepEqual([client?.fullScopeAllowed, client?.defaultClientScopes], [false, []])
    assert.deepEqual(file.scopeMappings, [{ client: 'fallback-bridge-cli', roles: ['fallback-policy-admin'] }])
    assert.deepEqual(
      file.roles.realm.map(({ name }) => name),
      Object.keys(peopleRoles),
    )
    assert.match(hcl, /oauth2_device_authorization_grant_enabled = true/)
    assert.match(hcl, /role_id = keycloak_role\.fallback_policy_admin\.id/)
    for (const role of Object.keys(peopleRoles)) assert.ok(hcl.includes(`name = "${role}"`), role)
    for (const which of ['default', 'optional']) {
      const scopes = new RegExp(
        `"keycloak_openid_client_${which}_scopes" "fallback_bridge_cli" {[^}]*${which}_scopes = \\[\\]`,
      )
      assert.match(hcl, scopes)
    }

    const ofOthers = { ...theirs, roles: [{ name: 'fallback-policy-admin', description: 'Ours', isHeld: true }] }
    const [theirJson, theirHcl] = text({ ...stock, people: ofOthers })
    assert.doesNotMatch(theirJson, /"fallback-bridge-cli"|"fallback-policy-admin"/)
    assert.doesNotMatch(theirHcl, /"fallback-bridge-cli"|"fallback-policy-admin"/)
    const every = Object.keys(peopleRoles).map((name) => ({ name, description: 'Ours', isHeld: true }))
    const [none] = text({ ...stock, people: { ...theirs, roles: every } })
    assert.deepEqual(
      Object.keys((JSON.parse(none) as { roles: object }).roles),
      ['client'],
      'an empty list is an order',
    )
    const [, mixed] = text({ ...stock, people: { ...ofOthers, client: undefined } })
    assert.match(mixed, /data "keycloak_role" "policy_admin"[\s\S]*role_id = data\.keycloak_role\.policy_admin\.id/)
    for (const without of text(stock, { withPeople: false }))
      assert.doesNotMatch(without, /fallback-bridge-cli|desk-lead/)
  })

  test('complaint 8: settings that Keycloak hides are named, and no mask is ever written down as a value', () => {
    const deep = realmWith([deepFlow()])
    assert.deepEqual(hiddenSettings(planned(deep).flows), [
      'company with fallback > company with fallback one > acme-terms',
    ])
    assert.deepEqual(hiddenSettings(planned(stock).flows), [])
  })
})
