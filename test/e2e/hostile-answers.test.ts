import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { failureCounts } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import {
  type AnswerClaims,
  type AnswerForge,
  answerEnvelope,
  createAnswerForge,
  encodePart,
} from '../support/forged-answers.ts'
import { watchLogins } from '../support/nobody-in.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

/** What a forger has: the claims of a perfect grant for the request at hand, the pinned key, and another one. */
type Scene = { granted: AnswerClaims; pinned: AnswerForge; foreign: AnswerForge }
type Forgery = { what: string; reason: string; forge: (scene: Scene) => string | Promise<string> }

const theCase = 'fb-case-of-this-login'
const thePath = 'password-bridge-totp'
const seconds = () => Math.floor(Date.now() / 1_000)
const grant = () => ({
  kind: 'granted',
  case: theCase,
  path: thePath,
  profile: 'standard',
  acr: '1',
  amr: ['pwd', 'otp'],
  endsAt: seconds() + 3_600,
})
const codePage = { kind: 'code', case: theCase, path: thePath, digits: 6, alternatives: false, attemptsLeft: 5 }
const localPage = { ...codePage, kind: 'local_check', check: 'keycloak-otp' }

/** Signed with the pinned key, its claims right but for these. */
const differing =
  (differs: (granted: AnswerClaims) => AnswerClaims): Forgery['forge'] =>
  ({ pinned, granted }) =>
    pinned.sign({ ...granted, ...differs(granted) })
/** Signed with the pinned key, its header right but for this. */
const headed =
  (header: Record<string, unknown>): Forgery['forge'] =>
  ({ pinned, granted }) =>
    pinned.sign(granted, header)

const forgeries: readonly Forgery[] = [
  { what: 'plain claims', reason: 'malformed', forge: ({ granted }) => JSON.stringify(granted) },
  {
    what: 'claims with alg none and no signature',
    reason: 'header',
    forge: ({ granted }) => `${encodePart({ alg: 'none', typ: 'fallback-answer+jwt' })}.${encodePart(granted)}.`,
  },
  {
    what: 'the pinned key in the header and no signature',
    reason: 'signature',
    forge: async ({ pinned, granted }) => `${(await pinned.sign(granted)).split('.').slice(0, 2).join('.')}.`,
  },
  {
    what: 'the signature of a key that is not pinned',
    reason: 'unknown_key',
    forge: ({ foreign, granted }) => foreign.sign(granted),
  },
  {
    what: 'the signature of another key under the name of the pinned one',
    reason: 'signature',
    forge: ({ foreign, pinned, granted }) => foreign.sign(granted, { jwk: pinned.jwk }),
  },
  {
    what: 'HS256 with the pinned public key as its secret',
    reason: 'header',
    forge: ({ pinned, granted }) => {
      const head = `${encodePart({ alg: 'HS256', typ: 'fallback-answer+jwt', jwk: pinned.jwk })}.${encodePart(granted)}`
      return `${head}.${createHmac('sha256', String(pinned.jwk.x)).update(head).digest('base64url')}`
    },
  },
  {
    what: 'a genuine signature under changed claims',
    reason: 'signature',
    forge: async ({ pinned, granted }) => {
      const [head, , signature] = (await pinned.sign({ ...granted, ...codePage })).split('.')
      return `${head}.${encodePart(granted)}.${signature}`
    },
  },
  { what: 'a token of the type of a request', reason: 'header', forge: headed({ typ: 'fallback-step+jwt' }) },
  { what: 'a token without a type', reason: 'header', forge: headed({ typ: undefined }) },
  { what: 'a token with a critical extension', reason: 'header', forge: headed({ crit: ['unheard'], unheard: 1 }) },
  { what: 'a grant of another bridge', reason: 'issuer', forge: differing(() => ({ iss: 'another-bridge' })) },
  {
    what: 'a grant to another realm',
    reason: 'audience',
    forge: differing(({ aud }) => ({ aud: `${aud}-next-door` })),
  },
  {
    what: 'a grant to a list of realms, this one among them',
    reason: 'audience',
    forge: differing(({ aud }) => ({ aud: [aud, 'another'] })),
  },
  {
    what: 'a grant to another request of the same realm',
    reason: 'reply',
    forge: differing(() => ({ in_reply_to: 'request-of-somebody-else' })),
  },
  { what: 'a grant to no request', reason: 'reply', forge: differing(() => ({ in_reply_to: undefined })) },
  {
    what: 'a grant whose time is over',
    reason: 'times',
    forge: differing(() => ({ iat: seconds() - 70, exp: seconds() - 10 })),
  },
  {
    what: 'a grant whose time is yet to come',
    reason: 'times',
    forge: differing(() => ({ iat: seconds() + 30, exp: seconds() + 60 })),
  },
  { what: 'a grant that is good for an hour', reason: 'times', forge: differing(() => ({ exp: seconds() + 3_600 })) },
  { what: 'a grant that is good for ever', reason: 'times', forge: differing(() => ({ exp: undefined })) },
  {
    what: 'a grant of an unknown version of the protocol',
    reason: 'protocol',
    forge: differing(() => ({ protocol: 2 })),
  },
  { what: 'a grant whose version is no number', reason: 'protocol', forge: differing(() => ({ protocol: '1' })) },
  { what: 'an answer of an unknown kind', reason: 'kind', forge: differing(() => ({ kind: 'let_in' })) },
  { what: 'an answer of no kind', reason: 'kind', forge: differing(() => ({ kind: undefined })) },
  {
    what: 'an answer of two kinds, the second a grant',
    reason: 'malformed',
    forge: ({ pinned, granted }) => pinned.sign(`{"kind":"code",${JSON.stringify(granted).slice(1)}`),
  },
  { what: 'a grant without the end of its session', reason: 'claims', forge: differing(() => ({ endsAt: undefined })) },
  { what: 'a grant without its case', reason: 'claims', forge: differing(() => ({ case: undefined })) },
  {
    what: 'a grant of a session that is over',
    reason: 'out_of_place',
    forge: differing(() => ({ endsAt: seconds() - 1 })),
  },
  { what: 'a grant of another case', reason: 'out_of_place', forge: differing(() => ({ case: 'fb-another-case' })) },
  {
    what: 'the end of an enrolment',
    reason: 'out_of_place',
    forge: differing(() => ({ kind: 'enrolled', factor: 'factor-of-somebody' })),
  },
]

describe('answers that are none', () => {
  let realm: FallbackRealm
  let bridge: FaultProxy
  let pinned: AnswerForge
  let foreign: AnswerForge
  let user: PasskeyUser
  before(async () => {
    bridge = await startFaultProxy(() => 'http://localhost:1')
    realm = await openFallbackRealm(await sharedKeycloak(), { bridgeUrl: bridge.url, withoutBridge: true })
    pinned = await createAnswerForge(createPrivateKey(await readFile(realm.keys.answerKeyFile, 'utf8')))
    foreign = await createAnswerForge(generateKeyPairSync('ed25519').privateKey)
    user = await createPasskeyUser(realm, 'ada')
  })
  after(async () => {
    await realm.remove()
    await bridge.close()
  })

  /** From now on the bridge says this, given the request's action and the envelope of an answer to it. */
  const say = (answer: (action: string, envelope: AnswerClaims) => string | Promise<string>): void =>
    bridge.behave(async ({ request, response }) => {
      const { iss = '', jti = '', ...asked } = decodeJwt(request.body)
      const envelope = answerEnvelope(realm.bridgeOptions.bridgeId, { iss, jti }, seconds())
      response.setHeader('content-type', 'application/jwt').end(await answer(String(asked['action']), envelope))
    })
  const askForCode = (envelope: AnswerClaims) => pinned.sign({ ...envelope, ...codePage })
  const signIn = async (): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    return tab
  }
  /** Nobody came in, nothing was counted, and the log tells this reason. */
  const assertRefused = async (tab: Tab, reason: string): Promise<void> => {
    assert.equal(tab.stage, 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /not available right now/)
    const [newest] = await realm.admin.realms.findEvents({ realm: realm.realm, user: user.id, max: 1 })
    assert.deepEqual([newest?.error, newest?.details?.['reason']], ['fallback_unavailable', reason])
    assert.deepEqual(await failureCounts(realm, user), { failures: 0, secondary: 0, isLocked: false })
  }

  let oldGrant = ''

  test('a grant that answers this request, signed with the pinned key, does let in: the forger is able', async () => {
    say(async (action, envelope) => {
      if (action !== 'submit') return askForCode(envelope)
      oldGrant = await pinned.sign({ ...envelope, ...grant() })
      return oldGrant
    })
    const tab = await signIn()
    assert.equal(await tab.failPasskey(), 'code')
    await tab.enterCode('123456')
    assert.equal((await tab.arrive()).claims['fallback_case'], theCase)
  })

  test('K08: a genuine grant is worth nothing the second time', async () => {
    const logins = await watchLogins(realm, user)
    say((action, envelope) => (action === 'submit' ? oldGrant : askForCode(envelope)))
    const tab = await signIn()
    await tab.failPasskey()
    await tab.enterCode('123456')
    await assertRefused(tab, 'reply')
    await logins.assertNone()
  })

  for (const { what, reason, forge } of forgeries) {
    test(`K08 K13 I5: nobody is let in by ${what}`, async () => {
      const logins = await watchLogins(realm, user)
      say((action, envelope) =>
        action === 'submit' ? forge({ granted: { ...envelope, ...grant() }, pinned, foreign }) : askForCode(envelope),
      )
      const tab = await signIn()
      assert.equal(await tab.failPasskey(), 'code')
      await tab.enterCode('123456')
      await assertRefused(tab, reason)
      await logins.assertNone()
    })
  }

  test('K07 I1: a grant for which no code was sent lets nobody in: at the entry, at a reload, at a choice', async () => {
    const logins = await watchLogins(realm, user)
    say((_, envelope) => pinned.sign({ ...envelope, ...grant() }))
    const atEntry = await signIn()
    await atEntry.failPasskey()
    await assertRefused(atEntry, 'out_of_place')

    for (const fields of [{}, { code: '' }, { choose: 'on' }, { path: thePath }, { code: '123456', path: thePath }]) {
      say((_, envelope) => askForCode(envelope))
      const tab = await signIn()
      assert.equal(await tab.failPasskey(), 'code')
      say((_, envelope) => pinned.sign({ ...envelope, ...grant() }))
      await tab.post(fields)
      await assertRefused(tab, 'out_of_place')
    }
    await logins.assertNone()
  })

  test('I1 B14: where the code is for Keycloak to check, a grant without that check lets nobody in', async () => {
    const logins = await watchLogins(realm, user)
    say((action, envelope) => pinned.sign({ ...envelope, ...(action === 'submit' ? grant() : localPage) }))
    const unchecked = await signIn()
    assert.equal(await unchecked.failPasskey(), 'code')
    await unchecked.enterCode('123456')
    await assertRefused(unchecked, 'out_of_place')

    say((action, envelope) => {
      const answers: Record<string, AnswerClaims> = { submit: { ...localPage, attempt: 'attempt-1' }, report: grant() }
      return pinned.sign({ ...envelope, ...(answers[action] ?? localPage) })
    })
    const failed = await signIn()
    await failed.failPasskey()
    await failed.enterCode('123456')
    await assertRefused(failed, 'out_of_place')
    await logins.assertNone()
  })

  test('I1: the grant of one login lets nobody in through another window of the same user', async () => {
    const logins = await watchLogins(realm, user)
    let stolen = ''
    say(async (action, envelope) => {
      if (action !== 'submit') return askForCode(envelope)
      stolen = await pinned.sign({ ...envelope, ...grant() })
      return 'lost on the way'
    })
    const first = await signIn()
    await first.failPasskey()
    await first.enterCode('123456')
    await assertRefused(first, 'malformed')

    say((action, envelope) => (action === 'submit' ? stolen : askForCode(envelope)))
    const second = await signIn()
    await second.failPasskey()
    await second.enterCode('123456')
    await assertRefused(second, 'reply')
    // Not even the login it was meant for: a request is answered once.
    await first.post({ retry: 'on' })
    await first.enterCode('123456')
    await assertRefused(first, 'reply')
    await logins.assertNone()
  })

  test('I5: an answer of another type of content is not read at all', async () => {
    const logins = await watchLogins(realm, user)
    say((_, envelope) => askForCode(envelope))
    const tab = await signIn()
    await tab.failPasskey()
    bridge.behave(async ({ request, response }) => {
      const { iss = '', jti = '' } = decodeJwt(request.body)
      const envelope = answerEnvelope(realm.bridgeOptions.bridgeId, { iss, jti }, seconds())
      response.setHeader('content-type', 'text/plain').end(await pinned.sign({ ...envelope, ...grant() }))
    })
    await tab.enterCode('123456')
    await assertRefused(tab, 'media_type')
    await logins.assertNone()
  })
})
