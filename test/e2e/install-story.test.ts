import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'
import { sharedBrowser } from '../support/browser.ts'
import { createEnrolledCodes } from '../support/enrolled-codes.ts'
import { type Existing, install, openExisting } from '../support/existing-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { openVisitor } from '../support/visitor.ts'

/** `npm run docs:screenshots` writes the pictures of docs/install.md; a usual run walks the same way without. */
const writesPictures = process.env['FALLBACK_SCREENSHOTS'] === 'write'
const folder = join(REPOSITORY, 'docs/images')

const picture = async (page: Page, name: string): Promise<void> => {
  if (!writesPictures) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), scale: 'css', animations: 'disabled' })
}

describe('docs/install.md: into a realm as Keycloak makes it', () => {
  let existing: Existing
  let admin: { id: string; username: string; password: string }

  before(async () => {
    existing = await openExisting((realm) => ({ ...realm, displayName: 'Staff' }), { enableWebAuthn: true })
    const { admin: client } = existing.realm
    const password = randomBytes(12).toString('base64url')
    const username = `reader-${randomBytes(4).toString('hex')}`
    const { id } = await client.users.create({
      realm: 'master',
      username,
      enabled: true,
      firstName: 'Ada',
      lastName: 'Admin',
      email: `${username}@example.org`,
      emailVerified: true,
      credentials: [{ type: 'password', value: password, temporary: false }],
    })
    const role = await client.roles.findOneByName({ realm: 'master', name: 'admin' })
    await client.users.addRealmRoleMappings({ realm: 'master', id, roles: [{ id: role?.id ?? '', name: 'admin' }] })
    admin = { id, username, password }
  })
  after(async () => {
    await existing.realm.admin.users.del({ realm: 'master', id: admin.id })
    await existing.realm.remove()
  })

  test('R1 R8: the bound flow in the admin console, a code set up, a failed passkey, the code, and the case in the event log', async () => {
    await install(existing)
    const { realm } = existing
    const { baseUrl } = await sharedKeycloak()
    const browser = await sharedBrowser()
    const context = await browser.newContext({ locale: 'en', viewport: { width: 1100, height: 760 } })
    const console_ = await context.newPage()
    console_.setDefaultTimeout(45_000)
    const show = async (place: string, expected: string): Promise<void> => {
      await console_.goto(`${baseUrl}/admin/master/console/#/${realm.realm}/${place}`)
      await console_.getByText(expected).first().waitFor()
    }
    await console_.goto(`${baseUrl}/admin/master/console/#/${realm.realm}/authentication`)
    await console_.locator('#username').fill(admin.username)
    await console_.locator('#password').fill(admin.password)
    await console_.locator('#kc-login').click()
    await console_.getByText('browser with fallback').first().waitFor()
    await picture(console_, 'flow-bound')

    const grace = await realm.createUser('grace')
    await realm.admin.users.update({ realm: realm.realm, id: grace.id }, { requiredActions: ['webauthn-register'] })
    const visitor = await openVisitor(browser, realm.application)
    await visitor.page.setViewportSize({ width: 760, height: 720 })
    await visitor.open({ action: 'fallback-bridge-enrol' })
    await visitor.pages.enterPassword(grace.username, grace.password)
    await visitor.pages.registerPasskey()
    const { confirmation, codes } = createEnrolledCodes(await visitor.pages.readEnrolmentKey())
    await picture(visitor.page, 'set-up-a-code')
    await visitor.pages.confirmEnrolment(confirmation)
    await visitor.arrive()
    await visitor.forget()

    await visitor.device.setUserVerified(false)
    await visitor.open()
    await visitor.pages.enterPassword(grace.username, grace.password)
    await visitor.pages.usePasskey()
    await visitor.pages.waitForCodePage()
    await picture(visitor.page, 'code-asked-for')
    await visitor.pages.enterCode(await codes.fresh())
    const { claims } = await visitor.arrive()
    assert.equal(claims['acr'], 'fallback')
    await visitor.close()

    await show('events/user-events', 'Login')
    await picture(console_, 'user-events')
    await show('events/admin-events', 'fallback-cases')
    await picture(console_, 'admin-events')
    await context.close()
  })
})
