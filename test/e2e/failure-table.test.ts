import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type Failure, failures } from '../failure-table/failures.ts'
import { wrongCode } from '../support/code-times.ts'
import { type Existing, install, openExisting } from '../support/existing-realm.ts'
import { failureCounts } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { isLetIn } from '../support/plain-pages.ts'
import { withPasskeysInForms } from '../support/realm-layouts.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createSoftwarePasskey } from '../support/software-passkey.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

describe('the failure table', () => {
  let realm: FallbackRealm
  let forms: Existing
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { change: (rep) => ({ ...rep, failureFactor: 30 }) })
    forms = await openExisting(withPasskeysInForms)
    await install(forms)
  })
  after(async () => {
    await realm.remove()
    await forms.realm.remove()
  })

  const afterPassword = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    return tab
  }
  const atTheCode = async (name: string) => {
    const user = await createEnrolledUser(realm, name)
    const tab = await afterPassword(user)
    await tab.failPasskey()
    return { user, tab, enterWrong: () => tab.enterCode(wrongCode(user.codes.app)) }
  }
  type Done = { user: PasskeyUser; tab: Tab; at: FallbackRealm; before: number }
  const start = async (name: string): Promise<{ user: PasskeyUser; tab: Tab }> => {
    const user = await createEnrolledUser(realm, name)
    return { user, tab: await afterPassword(user) }
  }

  const acts: Readonly<Record<Failure['id'], (name: string) => Promise<Done>>> = {
    not_recognised: async (name) => {
      const { user, tab } = await start(name)
      await tab.failPasskey()
      return { user, tab, at: realm, before: 0 }
    },
    no_webauthn: async (name) => {
      const { user, tab } = await start(name)
      await tab.failPasskey('NotSupportedError: no such authenticator')
      return { user, tab, at: realm, before: 0 }
    },
    wrong_passkey: async (name) => {
      const { user, tab } = await start(name)
      await tab.usePasskey(createSoftwarePasskey())
      return { user, tab, at: realm, before: 0 }
    },
    wrong_password: async (name) => {
      const user = await createPasskeyUser(realm, name)
      const tab = openTab(realm.application)
      await tab.open()
      await tab.post({ username: user.username, password: 'wrong' })
      return { user, tab, at: realm, before: 0 }
    },
    wrong_code: async (name) => {
      const { user, tab, enterWrong } = await atTheCode(name)
      await enterWrong()
      return { user, tab, at: realm, before: 0 }
    },
    last_wrong_code: async (name) => {
      const { user, tab, enterWrong } = await atTheCode(name)
      for (let tries = 0; tries < 4; tries += 1) await enterWrong()
      await waitUntil('four are counted', async () => (await failureCounts(realm, user)).failures === 4)
      await enterWrong()
      return { user, tab, at: realm, before: 4 }
    },
    nothing_set_up: async (name) => {
      const user = await createPasskeyUser(realm, name)
      const tab = await afterPassword(user)
      await tab.failPasskey()
      return { user, tab, at: realm, before: 0 }
    },
    bridge_away: async (name) => {
      const { user, tab } = await start(name)
      await realm.bridge?.stop()
      await tab.failPasskey()
      return { user, tab, at: realm, before: 0 }
    },
    passkey_in_form: async (name) => {
      const user = await createPasskeyUser(forms.realm, name)
      const tab = openTab(forms.realm.application)
      await tab.open()
      await tab.failPasskey()
      return { user, tab, at: forms.realm, before: 0 }
    },
  }

  for (const { id, what, sees, event, isCounted } of failures) {
    test(`R53 B10 B11: ${what}`, async () => {
      const { user, tab, at, before: countedBefore } = await acts[id](id.replaceAll('_', '-'))
      assert.equal(tab.stage, sees.stage, tab.page.html)
      assert.match(tab.page.html, sees.text)
      assert.equal(isLetIn(tab.page), false)
      const found = await at.admin.realms.findEvents({ realm: at.realm, type: 'LOGIN_ERROR' as never, max: 50 })
      const isIt = ({ error, details }: { error?: string; details?: Record<string, string> }): boolean =>
        error === event.error && (event.detail === undefined || details?.[event.detail.name] === event.detail.value)
      const mine = found.filter(({ userId }) => userId === user.id || id === 'passkey_in_form')
      assert.ok(mine.some(isIt as never), JSON.stringify(mine))
      if (isCounted) {
        await waitUntil('it is counted', async () => (await failureCounts(at, user)).failures === countedBefore + 1)
      } else assert.equal((await failureCounts(at, user)).failures, 0)
    })
  }
})
