import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { createCodeApp, startOfTimeStep, timeStepAt } from '../browser/code-app.ts'
import { launchChromium } from '../browser/launch-chromium.ts'
import { createSignInPages, type SignInPages } from '../browser/sign-in-pages.ts'
import { addVirtualPasskeyDevice } from '../browser/virtual-passkey-device.ts'
import { DEMO_FLOWS } from '../realm/realm.ts'
import { createEventLog, type StoredOverrideEvent } from '../server/event-log.ts'
import type { Progress } from '../server/progress.ts'
import { SetupError } from '../server/setup-error.ts'
import type { RunningDemo } from './demo-parts.ts'
import { DEMO_FOLDER } from './demo-state.ts'

/** What the tour saw, for --json. */
export type TourReport = {
  user: string
  caseId: string
  acr: string
  amr: string[]
  loginEvent: Record<string, unknown>
  overrideEvents: StoredOverrideEvent[]
}

const TOUR_USER = 'grace'

/** Written once the bridge has seen the session that its grant has led to. */
const LAST_EVENT = 'GRANT_USED'

const PAGE_WITHIN_MS = 20_000

/** A new user of this name and a password for her; one that an earlier tour left is removed. */
const createTourUser = async ({
  adminAccess: { admin },
  realm,
}: RunningDemo): Promise<{ id: string; password: string }> => {
  const [earlier] = await admin.users.find({ realm, username: TOUR_USER, exact: true })
  if (earlier?.id !== undefined) await admin.users.del({ realm, id: earlier.id })
  const password = randomBytes(12).toString('base64url')
  const { id } = await admin.users.create({
    realm,
    username: TOUR_USER,
    enabled: true,
    firstName: 'Grace',
    lastName: 'Hopper',
    email: 'grace@example.org',
    emailVerified: true,
    requiredActions: ['webauthn-register', 'fallback-bridge-enrol'],
    credentials: [{ type: 'password', value: password, temporary: false }],
  })
  return { id, password }
}

const claimOnPage = async (page: Page, claim: string): Promise<string> =>
  ((await page.locator(`#claim-${claim}`).textContent()) ?? '').trim()

const expectClaim = async (page: Page, claim: string, expected: string): Promise<string> => {
  const actual = await claimOnPage(page, claim)
  if (actual !== expected) throw new Error(`The application sees ${claim} "${actual}" where "${expected}" was due`)
  return actual
}

const signOut = async (page: Page): Promise<void> => {
  await page.locator('#sign-out').click()
  await page.locator('#sign-in').waitFor()
}

/** Every time step's code works once, so after a set-up the app's next one is due. */
const waitForLaterCode = async (usedStep: number, progress: Progress): Promise<void> => {
  const readyAt = startOfTimeStep(usedStep + 1)
  while (Date.now() < readyAt) {
    const missing = readyAt - Date.now()
    progress(`    the app's next code comes in ${Math.ceil(missing / 1_000)} s (each works once)`)
    await delay(Math.min(missing, 10_000))
  }
}

const walk = async (demo: RunningDemo, page: Page, pages: SignInPages, say: Progress): Promise<TourReport> => {
  const done = (line: string): void => say(`  ✓ ${line}`)
  const device = await addVirtualPasskeyDevice(page)
  const user = await createTourUser(demo)
  const startSignIn = async (): Promise<void> => {
    await page.goto(demo.appUrl)
    await page.locator('#sign-in').click()
    await pages.enterPassword(TOUR_USER, user.password)
  }
  const arrive = (): Promise<void> => page.locator('#claim-preferred_username').waitFor()

  await startSignIn()
  done(`${TOUR_USER}, a user made for this tour, has entered her password for the first time`)
  await pages.registerPasskey()
  const app = createCodeApp(await pages.readEnrolmentKey())
  done('she has set up a passkey')
  const enrolledAt = Date.now()
  await pages.confirmEnrolment(app.codeAt(enrolledAt))
  await arrive()
  done('she has set up a fallback code in an authenticator app, and is in the application')
  await signOut(page)

  await startSignIn()
  await pages.usePasskey()
  await arrive()
  await expectClaim(page, 'acr', 'passkey')
  done(`signed in again with password and passkey: acr passkey, amr ${await claimOnPage(page, 'amr')}`)
  await signOut(page)

  await device.setUserVerified(false)
  await startSignIn()
  await pages.usePasskey()
  await pages.waitForCodePage()
  done('today her finger is not recognised: the passkey check has failed, Keycloak asks for a fallback code')
  await waitForLaterCode(timeStepAt(enrolledAt), say)
  await pages.enterCode(app.codeAt(Date.now()))
  await arrive()
  const acr = await expectClaim(page, 'acr', 'fallback')
  const amr = (await claimOnPage(page, 'amr')).split(', ')
  if (amr.includes('hwk')) throw new Error('The application sees a passkey in amr that was not used')
  const caseId = await claimOnPage(page, 'fallback_case')
  done(`the code has let her into the application: acr ${acr}, amr ${amr.join(', ')}, case ${caseId}`)
  done(`this session ends at ${await claimOnPage(page, 'fallback_ends_at')}`)

  const eventLog = createEventLog(demo.adminAccess.admin, demo.realm)
  const login = await eventLog.waitForLogin(user.id, caseId)
  const marks = Object.entries(login.details ?? {}).filter(([name]) => name.startsWith('fallback_'))
  done(`Keycloak's LOGIN event tells of it: ${marks.map(([name, value]) => `${name}=${value}`).join(', ')}`)
  const overrideEvents = await eventLog.waitForOverrideEvent(caseId, LAST_EVENT)
  for (const { event, resourcePath } of overrideEvents) {
    done(`its admin events have BIOMETRIC_OVERRIDE ${event} at ${resourcePath}`)
  }
  return { user: TOUR_USER, caseId, acr, amr, loginEvent: Object.fromEntries(marks), overrideEvents }
}

/**
 * Drives a headless browser through the whole story with a user of its own and says each step in a line. Throws a
 * SetupError with the place of a screenshot as soon as something does not happen.
 */
export const runTour = async (demo: RunningDemo, say: Progress): Promise<TourReport> => {
  const browser = await launchChromium(say)
  try {
    const page = await browser.newPage({ locale: 'en' })
    page.setDefaultTimeout(PAGE_WITHIN_MS)
    say(`The tour, in the flow "${DEMO_FLOWS.twoFactor}":`)
    try {
      return await walk(demo, page, createSignInPages(page), say)
    } catch (error) {
      const picture = join(DEMO_FOLDER, 'tour-failed.png')
      await page.screenshot({ path: picture, fullPage: true })
      const reason = error instanceof Error ? error.message : String(error)
      throw new SetupError(
        `  ✗ The tour ended at ${page.url().split('?')[0]}: ${reason}\nA picture of the page: ${picture}`,
      )
    }
  } finally {
    await browser.close()
  }
}
