import { setTimeout as pause } from 'node:timers/promises'
import {
  type Application,
  type AuthorizationRequest,
  type AuthorizationWishes,
  redeemCode,
  type SignIn,
  startAuthorization,
} from '../../keycloak-config/browser/authorization-request.ts'
import { createEnrolledCodes, type EnrolledCodes } from './enrolled-codes.ts'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'
import { createPlainBrowser, formOf, hasElement, type PlainBrowser, type PlainPage } from './plain-browser.ts'
import { createSoftwarePasskey, type SoftwarePasskey } from './software-passkey.ts'

/** What a browser's WebAuthn call says of a finger that was not read, and of a person who cancelled. */
export const NOT_ALLOWED = 'NotAllowedError: The operation either timed out or was not allowed.'

/** What a page of a login is, by the elements that only it has. */
export const stageOf = (page: PlainPage): Stage => {
  if (page.arrivedAt !== undefined) return 'arrived'
  return stages.find(([, ids]) => ids.some((id) => hasElement(page, id)))?.[0] ?? 'other'
}

const stages = [
  ['code', ['fallback-bridge-code-form']],
  ['enrol', ['fallback-bridge-enrol-form']],
  ['choose', ['fallback-bridge-way-0']],
  ['wait', ['fallback-bridge-wait']],
  ['message', ['fallback-bridge-text']],
  ['register-passkey', ['registerWebAuthn']],
  ['select', ['kc-select-credential-form']],
  ['page-expired', ['loginRestartLink']],
  ['error', ['kc-error-message']],
  ['username', ['username']],
  ['password', ['password']],
  ['passkey', ['webauth']],
] as const

export type Stage = (typeof stages)[number][0] | 'arrived' | 'other'

const TRIES = 10
const PAUSE_MS = 100

/**
 * Whether Keycloak has turned somebody away without a look at what was typed: it takes one attempt of a user at a time,
 * and an attempt lasts until Keycloak has counted it, a little after its answer.
 */
const isHeldBack = (page: PlainPage): boolean =>
  hasElement(page, 'kc-form-login')
    ? hasElement(page, 'input-error-username') || hasElement(page, 'input-error-password')
    : hasElement(page, 'fallback-bridge-code-form') &&
      hasElement(page, 'input-error-code') &&
      !hasElement(page, 'fallback-bridge-attempts')

/** Fields of a form; a list sends a field several times. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

/** One login in one tab of a plain browser, and every post that somebody could make in it. */
export type Tab = {
  readonly browser: PlainBrowser
  readonly page: PlainPage
  readonly stage: Stage
  /** Where the form on the page goes. */
  readonly action: string
  /** Opens the application's sign-in, anew if it was open. */
  open: (wishes?: AuthorizationWishes) => Promise<Stage>
  enterUsername: (user: Pick<TestUser, 'username'>) => Promise<Stage>
  enterPassword: (user: Pick<TestUser, 'username' | 'password'>) => Promise<Stage>
  /** Posts the passkey form with an error; no authenticator was asked. */
  failPasskey: (error?: string) => Promise<Stage>
  /** `owner` is told by a passkey that is used before anybody has said a name. */
  usePasskey: (passkey: SoftwarePasskey, owner?: Pick<TestUser, 'id'>) => Promise<Stage>
  /** Posts a code, or the field several times. */
  enterCode: (code: string | readonly string[]) => Promise<Stage>
  /** Posts to the form on the page, or to another place. */
  post: (fields: Fields, to?: string) => Promise<Stage>
  get: (url: string) => Promise<Stage>
  /** Shows the login's present page again, by the link that the language menu uses. */
  reload: () => Promise<Stage>
  /** Follows the "restart login" link. */
  restart: () => Promise<Stage>
  /** Redeems the code with which the login came back to the application. */
  arrive: () => Promise<SignIn>
}

/** Opens a tab in this browser, or in one of its own. */
export const openTab = (
  application: Application,
  browser: PlainBrowser = createPlainBrowser(application.redirectUri),
): Tab => {
  let page: PlainPage = { status: 0, url: application.issuer, html: '', arrivedAt: undefined }
  let request: AuthorizationRequest | undefined
  /** Parameters that name this tab's login in every link of it. */
  let login: URLSearchParams | undefined

  const show = async (coming: Promise<PlainPage>): Promise<Stage> => {
    page = await coming
    return stageOf(page)
  }
  const submit = (form: string, fields: Fields): Promise<Stage> => {
    const { action, fields: hidden } = formOf(page, form)
    return show(browser.post(action, { ...hidden, ...fields }))
  }
  /** As a person does it: what Keycloak has held back without a look at it is sent again, a few times. */
  const patiently = async (send: () => Promise<Stage>): Promise<Stage> => {
    let stage = await send()
    for (let tries = 0; tries < TRIES && isHeldBack(page); tries += 1) {
      await pause(PAUSE_MS)
      stage = await send()
    }
    return stage
  }
  const linkTo = (path: string): string => {
    if (login === undefined) throw new Error('The tab has opened no sign-in')
    return `${application.issuer}/login-actions/${path}?${login}`
  }
  return {
    browser,
    get page() {
      return page
    },
    get stage() {
      return stageOf(page)
    },
    get action() {
      return formOf(page).action
    },
    open: async (wishes) => {
      request = startAuthorization(application, wishes)
      const stage = await show(browser.get(request.url))
      if (stage !== 'arrived') login = tabParameters(formOf(page).action)
      return stage
    },
    enterUsername: ({ username }) => submit('kc-form-login', { username }),
    enterPassword: ({ username, password }) =>
      patiently(() => submit('kc-form-login', stageOf(page) === 'username' ? { username, password } : { password })),
    failPasskey: (error = NOT_ALLOWED) => submit('webauth', { error }),
    usePasskey: (passkey, owner) =>
      submit('webauth', {
        ...passkey.answer(challengeOf(page), new URL(page.url).origin),
        ...(owner === undefined ? {} : { userHandle: Buffer.from(owner.id).toString('base64url') }),
      }),
    enterCode: (code) => patiently(() => submit('fallback-bridge-code-form', { code })),
    post: (fields, to) => show(browser.post(to ?? formOf(page).action, fields)),
    get: (url) => show(browser.get(url)),
    reload: () => show(browser.get(linkTo('authenticate'))),
    restart: () => show(browser.get(linkTo('restart'))),
    arrive: () => {
      if (request === undefined || page.arrivedAt === undefined) {
        throw new Error(`The login has not come back to the application: ${stageOf(page)}`)
      }
      return redeemCode(application, request, page.arrivedAt)
    },
  }
}

/** Somebody with a password and a passkey for both layouts; `codes` is there once a fallback code is set up. */
export type PasskeyUser = TestUser & { passkey: SoftwarePasskey }

/** Makes a user who owns a password and a software passkey. */
export const createPasskeyUser = async (realm: FallbackRealm, username: string): Promise<PasskeyUser> => {
  const user = await realm.createUser(username)
  const passkey = createSoftwarePasskey()
  await realm.admin.users.update(
    { realm: realm.realm, id: user.id },
    { credentials: [passkey.credential, { ...passkey.credential, type: 'webauthn-passwordless' }] },
  )
  return { ...user, passkey }
}

/** Makes such a user, and sets up a fallback code in a login of the two-factor layout. */
export const createEnrolledUser = async (
  realm: FallbackRealm,
  username: string,
): Promise<PasskeyUser & { codes: EnrolledCodes }> => {
  const user = await createPasskeyUser(realm, username)
  const tab = openTab(realm.application)
  await tab.open({ action: 'fallback-bridge-enrol' })
  await tab.enterPassword(user)
  await tab.usePasskey(user.passkey)
  return { ...user, codes: await enrolCodes(tab) }
}

/** Sets up a fallback code on the page that asks for it, and comes back to the application. */
export const enrolCodes = async (tab: Tab): Promise<EnrolledCodes> => {
  const key = /id="fallback-bridge-key"[^>]*>([^<]*)</.exec(tab.page.html)?.[1]
  if (key === undefined) throw new Error(`No key to set up a code with: ${tab.stage}`)
  const { confirmation, codes } = createEnrolledCodes(key)
  await tab.post({ code: confirmation })
  await tab.arrive()
  return codes
}

const challengeOf = ({ html }: PlainPage): string => {
  const challenge = /challenge\s*:\s*"([^"]+)"/.exec(html)?.[1]
  if (challenge === undefined) throw new Error('The page has no challenge')
  return challenge
}

const tabParameters = (action: string): URLSearchParams => {
  const { searchParams } = new URL(action)
  for (const name of ['session_code', 'execution']) searchParams.delete(name)
  return searchParams
}
