import type { Locator, Page } from 'playwright-core'

/** What a person does on Keycloak's pages during a login. Each call expects its page to come up, and acts on it. */
export type SignInPages = {
  /** Fills in and sends the login form. */
  enterPassword(username: string, password: string): Promise<void>
  /** Sends the username alone, where the flow asks for it first. */
  enterUsername(username: string): Promise<void>
  /** Sends the password alone, where the username is known. */
  enterPasswordOnly(password: string): Promise<void>
  /** Sets up a passkey with the page's device, under the label that Keycloak proposes; resolves when the page has gone. */
  registerPasskey(): Promise<void>
  /** Makes the passkey check, and resolves when the page has gone; whether it works is up to the page's device. */
  usePasskey(): Promise<void>
  /** Waits for the page that sets up a fallback code and gives the key it shows for typing. */
  readEnrolmentKey(): Promise<string>
  /** Sends the first code, which ends the set-up. */
  confirmEnrolment(code: string): Promise<void>
  /** Waits for the page that asks for a fallback code. */
  waitForCodePage(): Promise<void>
  /** Sends a code on it. */
  enterCode(code: string): Promise<void>
  /** Waits for a page of the fallback that only says something, and gives its text. */
  readMessage(): Promise<string>
}

/**
 * Presses a button whose handler comes from a module script, and waits until the page has gone. Modules run before the
 * page's load event: a click before it would do nothing. And Chromium may never end a window that is closed, nor leave a
 * page that is left, while a passkey check runs on it.
 */
const askAuthenticator = async (page: Page, button: Locator): Promise<void> => {
  await button.waitFor()
  await page.waitForLoadState('load')
  await Promise.all([
    page.waitForEvent('framenavigated', { predicate: (frame) => frame === page.mainFrame() }),
    button.click(),
  ])
}

const textOf = async (place: Locator): Promise<string> => ((await place.textContent()) ?? '').trim()

/** Drives the stock login pages and those of the provider in this page. */
export const createSignInPages = (page: Page): SignInPages => {
  // Keycloak asks for the passkey's label by window.prompt.
  page.on('dialog', (dialog) => {
    dialog.accept(dialog.defaultValue()).catch(() => undefined)
  })
  const codeForm = page.locator('#fallback-bridge-code-form')
  const enrolForm = page.locator('#fallback-bridge-enrol-form')
  return {
    enterPassword: async (username, password) => {
      await page.locator('#username').fill(username)
      await page.locator('#password').fill(password)
      await page.locator('#kc-login').click()
    },
    enterUsername: async (username) => {
      await page.locator('#username').fill(username)
      await page.locator('#kc-login').click()
    },
    enterPasswordOnly: async (password) => {
      await page.locator('#password').fill(password)
      await page.locator('#kc-login').click()
    },
    registerPasskey: () => askAuthenticator(page, page.locator('#registerWebAuthn')),
    usePasskey: () => askAuthenticator(page, page.locator('#authenticateWebAuthnButton')),
    readEnrolmentKey: async () => textOf(page.locator('#fallback-bridge-key')),
    confirmEnrolment: async (code) => {
      await enrolForm.locator('#code').fill(code)
      await enrolForm.locator('#fallback-bridge-submit').click()
    },
    waitForCodePage: () => codeForm.waitFor(),
    enterCode: async (code) => {
      await codeForm.locator('#code').fill(code)
      await codeForm.locator('#fallback-bridge-submit').click()
    },
    readMessage: () => textOf(page.locator('#fallback-bridge-text')),
  }
}
