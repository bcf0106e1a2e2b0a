import { z } from 'zod'
import { type RealmWish, usualLevels } from '../domain/realm/realm-wish.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'
import type { ReadText } from './load-policy.ts'

/** Options of the `realm` commands that say what is wished, as the command line gives them. */
export type WishOptions = {
  bridgeUrl?: string
  bridgeId: string
  thumbprint?: readonly string[]
  answerKeyFile?: string
  clientKeyFile?: string
  jwksFile?: string
  bridgeClient: string
  allowPlainHttp?: boolean
  pilot?: string
  client?: string
  levels?: string
  enableWebauthn?: boolean
  addPasswordForm?: boolean
  withoutPeople?: boolean
}

export type ReadWishDeps = {
  readText: ReadText
  publicJwkOf: (pem: string) => Promise<({ kid: string } & object) | undefined>
}

export type ReadWish = (options: WishOptions) => Promise<{ wish: RealmWish } | { answer: CommandAnswer }>

const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const levelList = z
  .string()
  .regex(/^\d{1,3},\d{1,3},\d{1,3}$/)
  .transform((text) => text.split(',').map(Number) as [number, number, number])
  .refine(([fallback, standard, passkey]) => fallback < standard && standard < passkey)
const jwks = z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1) })
/** Members of a key that nobody but its owner may have. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Reads what is wished, strictly: whatever cannot be used is a fault that says what to give instead. */
export const createReadWish =
  (deps: ReadWishDeps): ReadWish =>
  async (options) => {
    const url = options.bridgeUrl === undefined ? undefined : urlOf(options.bridgeUrl)
    if (url === undefined)
      return usage(
        'bridge_url',
        '--bridge-url is no http(s) address of the bridge.',
        'Give its base address, without path and query.',
      )
    const allowPlainHttp = options.allowPlainHttp === true
    if (url.protocol === 'http:' && !loopback.test(url.hostname) && !allowPlainHttp) {
      return usage(
        'plain_http',
        'Codes would cross the network readable.',
        'Give an https address, or --allow-plain-http where something else encrypts that network.',
      )
    }
    const thumbprints = await readThumbprints(deps, options)
    if (thumbprints === undefined) {
      return usage(
        'answer_key',
        'No usable key of the bridge’s answers was given.',
        'Give --thumbprint once or twice, or --answer-key-file with its PEM.',
      )
    }
    const keys = await readKeys(deps, options)
    if ('unusable' in keys) {
      return usage(
        'client_key',
        `${keys.unusable} holds no usable public key.`,
        'Give the JWKS with public keys alone, or the PEM of the key.',
      )
    }
    const levels = options.levels === undefined ? undefined : levelList.safeParse(options.levels)
    if (levels?.success === false) {
      return usage(
        'levels',
        '--levels is not three rising numbers.',
        'Give those of fallback, standard and passkey, like 2,3,4.',
      )
    }
    const [fallback, standard, passkey] = levels?.data ?? [
      usualLevels.fallback,
      usualLevels.standard,
      usualLevels.passkey,
    ]
    return {
      wish: {
        bridgeUrl: url.href.replace(/\/+$/, ''),
        bridgeId: options.bridgeId,
        thumbprints,
        allowPlainHttp,
        clientId: options.bridgeClient,
        jwks: keys.jwks,
        pilotGroup: options.pilot,
        onlyClient: options.client,
        levels: { fallback, standard, passkey },
        enableWebAuthn: options.enableWebauthn === true,
        addPasswordForm: options.addPasswordForm === true,
        withPeople: options.withoutPeople !== true,
      },
    }
  }

/** One or two thumbprints; undefined where there is none or one is malformed. */
const readThumbprints = async (
  { readText, publicJwkOf }: ReadWishDeps,
  { thumbprint: given = [], answerKeyFile }: WishOptions,
): Promise<readonly string[] | undefined> => {
  const pem = answerKeyFile === undefined ? undefined : readText(answerKeyFile)
  const key = pem === undefined ? undefined : await publicJwkOf(pem)
  if (answerKeyFile !== undefined && key === undefined) return undefined
  const all = [...new Set([...given, ...(key === undefined ? [] : [key.kid])])]
  const areUsable = all.length >= 1 && all.length <= 2 && all.every((one) => thumbprint.safeParse(one).success)
  return areUsable ? all : undefined
}

/** The client's JWKS; none where no key is to be set. A file with a private key in it is refused. */
const readKeys = async (
  { readText, publicJwkOf }: ReadWishDeps,
  { clientKeyFile, jwksFile }: WishOptions,
): Promise<{ jwks: string | undefined } | { unusable: string }> => {
  if (jwksFile !== undefined) {
    const parsed = jwks.safeParse(readJson(readText(jwksFile)))
    const isPublic = parsed.success && !parsed.data.keys.some((key) => privateMembers.some((member) => member in key))
    return isPublic ? { jwks: JSON.stringify(parsed.data) } : { unusable: jwksFile }
  }
  if (clientKeyFile === undefined) return { jwks: undefined }
  const pem = readText(clientKeyFile)
  const key = pem === undefined ? undefined : await publicJwkOf(pem)
  return key === undefined ? { unusable: clientKeyFile } : { jwks: JSON.stringify({ keys: [key] }) }
}

const readJson = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

const usage = (code: string, sentence: string, next: string): { answer: CommandAnswer } => ({
  answer: faulty('usage', code, sentence, next),
})

const urlOf = (text: string): URL | undefined => {
  const url = URL.parse(text)
  const isUsable =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '' && url.hash === ''
  return isUsable ? url : undefined
}
