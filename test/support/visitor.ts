import type { Browser, Page } from 'playwright-core'
import {
  type Application,
  type AuthorizationRequest,
  type AuthorizationWishes,
  redeemCode,
  type SignIn,
  startAuthorization,
} from '../../keycloak-config/browser/authorization-request.ts'
import { createSignInPages, type SignInPages } from '../../keycloak-config/browser/sign-in-pages.ts'
import {
  addVirtualPasskeyDevice,
  type VirtualPasskeyDevice,
} from '../../keycloak-config/browser/virtual-passkey-device.ts'
import { createEnrolledCodes, type EnrolledCodes } from './enrolled-codes.ts'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'

const PAGE_WITHIN_MS = 15_000

/** A browser window of its own (no cookies shared with others), with a passkey device, in front of one application. */
export type Visitor = {
  page: Page
  pages: SignInPages
  device: VirtualPasskeyDevice
  /** Opens the application's sign-in. */
  open: (wishes?: AuthorizationWishes) => Promise<AuthorizationRequest>
  /** Waits until the browser comes back to the application, and redeems the code. */
  arrive: () => Promise<SignIn>
  /** Waits until the browser comes back to the application, and gives the URL. */
  comeBack: () => Promise<string>
  /** Loses all cookies, as a new private window would. */
  forget: () => Promise<void>
  close: () => Promise<void>
}

/** Opens a browser window. */
export const openVisitor = async (browser: Browser, application: Application): Promise<Visitor> => {
  const context = await browser.newContext({ locale: 'en' })
  context.setDefaultTimeout(PAGE_WITHIN_MS)
  const isApplication = (url: URL): boolean => url.href.startsWith(application.redirectUri)
  const page = await context.newPage()
  const device = await addVirtualPasskeyDevice(page)
  let request: AuthorizationRequest | undefined
  const comeBack = async (): Promise<string> => {
    await page.waitForURL(isApplication)
    return page.url()
  }
  return {
    page,
    pages: createSignInPages(page),
    device,
    open: async (wishes) => {
      request = startAuthorization(application, wishes)
      await page.goto(request.url)
      return request
    },
    comeBack,
    arrive: async () => {
      if (request === undefined) throw new Error('The visitor has opened no sign-in')
      return redeemCode(application, request, await comeBack())
    },
    forget: () => context.clearCookies(),
    close: () => context.close(),
  }
}

/** Somebody with a password, a passkey on her window's device and a fallback code. */
export type Enrolled = { user: TestUser; visitor: Visitor; codes: EnrolledCodes }

/**
 * Signs a new user in for the first time, with a passkey and a fallback code set up on the way, and forgets the session.
 * The set-up uses the code of the step before the present one, so that the present one is still good.
 */
export const enrol = async (realm: FallbackRealm, browser: Browser, username: string): Promise<Enrolled> => {
  const user = await realm.createUser(username)
  const visitor = await openVisitor(browser, realm.application)
  await visitor.open()
  await visitor.pages.enterPassword(user.username, user.password)
  await visitor.pages.registerPasskey()
  await visitor.arrive()
  const codes = await enrolCodes(visitor)
  await visitor.forget()
  return { user, visitor, codes }
}

/** Sets up a fallback code for whoever is signed in in this window. */
export const enrolCodes = async (visitor: Visitor): Promise<EnrolledCodes> => {
  await visitor.open({ action: 'fallback-bridge-enrol' })
  const { confirmation, codes } = createEnrolledCodes(await visitor.pages.readEnrolmentKey())
  await visitor.pages.confirmEnrolment(confirmation)
  await visitor.arrive()
  return codes
}

/** Goes as far as the page that asks for a fallback code: password, then a passkey check whose finger fails. */
export const failPasskey = async ({ user, visitor }: Enrolled, wishes?: AuthorizationWishes): Promise<void> => {
  await visitor.device.setUserVerified(false)
  await visitor.open(wishes)
  await visitor.pages.enterPassword(user.username, user.password)
  await visitor.pages.usePasskey()
}
