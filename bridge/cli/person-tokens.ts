import type { SignInRefusal } from '../app/policy/sign-in-person.ts'
import type { RealmName } from '../domain/ids.ts'
import type { Again, PersonTokens } from '../operations-client/call-as-person.ts'
import type { KeepSignIn, KeptSignIn } from '../operations-client/kept-sign-in.ts'
import { refusedSignIn } from './act-as-person.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'

/** Has somebody sign in; the token is for the API alone. */
export type GetToken = (
  realm: RealmName,
  wishes: { acr: readonly string[] | undefined; maxAgeSeconds: number },
) => Promise<{ accessToken: string; expiresAt: number } | { refused: SignInRefusal }>

export type PersonTokensDeps = {
  /** Base URL of the operations API. */
  url: string
  /** The realm that was named, if one was. */
  realm: RealmName | undefined
  /** A token that was given for this run. */
  given: string | undefined
  /** Somebody signs in for this and the next commands, whatever was given or kept before. */
  isToKeep: boolean
  keep: KeepSignIn
  /** Absent where nobody said where Keycloak is. */
  getToken: GetToken | undefined
  issuerOf: (realm: RealmName) => string | undefined
  /** Issuer that a token names; undefined where it names none. */
  issuerOfToken: (token: string) => string | undefined
  tell: (line: string) => void
}

/** How old a sign-in may be where the bridge has not said it: what it takes at most. */
export const usualMaxAgeSeconds = 900

/**
 * The token of the one who acts: one that was given, else one that `case sign-in` kept for this API and realm and that is
 * still valid, else of a sign-in now. What is got anew takes the place of a kept one that was too old or too weak.
 */
export const createPersonTokens = (deps: PersonTokensDeps): PersonTokens<CommandAnswer> => {
  const { url, realm, isToKeep, keep, issuerOf, issuerOfToken, tell } = deps
  const given = isToKeep ? undefined : deps.given
  let kept: KeptSignIn | undefined

  const first = async () => {
    if (isToKeep) return signIn(undefined, usualMaxAgeSeconds)
    if (given !== undefined) return isOfAnotherRealm(given) ? { refused: tokenOfAnotherRealm } : { token: given }
    const found = keep.read()
    if (found !== undefined && isFor(found)) {
      kept = found
      return { token: found.accessToken }
    }
    if (found !== undefined && realm !== undefined) {
      tell(`The kept sign-in is for realm ${found.realm} at ${found.url}, so it is not used here.`)
    }
    return signIn(undefined, usualMaxAgeSeconds)
  }

  const again = async (reason: Again) => {
    if (given !== undefined || (reason.why === 'token_refused' && kept === undefined)) return 'cannot' as const
    if (reason.why === 'token_refused') {
      tell('The kept sign-in is not taken any more; sign in again.')
      return signIn(undefined, usualMaxAgeSeconds)
    }
    const { acr, maxAgeSeconds = usualMaxAgeSeconds } = reason.challenge
    for (const line of whyAgain(acr, maxAgeSeconds)) tell(line)
    return signIn(acr.length === 0 ? undefined : acr, maxAgeSeconds)
  }

  return { first, again }

  function isFor(found: KeptSignIn): boolean {
    const wanted = realm ?? (found.realm as RealmName)
    const issuer = issuerOf(wanted)
    return found.url === url && found.realm === wanted && (issuer === undefined || issuer === found.issuer)
  }

  function isOfAnotherRealm(token: string): boolean {
    const named = issuerOfToken(token)?.split('/').at(-1)
    return realm !== undefined && named !== undefined && decodeURIComponent(named) !== realm
  }

  async function signIn(
    acr: readonly string[] | undefined,
    maxAgeSeconds: number,
  ): Promise<{ token: string } | { refused: CommandAnswer }> {
    const wanted = realm ?? (kept?.realm as RealmName | undefined)
    if (wanted === undefined) return { refused: realmMissing }
    const issuer = issuerOf(wanted)
    if (deps.getToken === undefined || issuer === undefined) return { refused: keycloakMissing }
    const got = await deps.getToken(wanted, { acr, maxAgeSeconds })
    if ('refused' in got) return { refused: refusedSignIn(got.refused) }
    if (isToKeep || kept !== undefined) keep.write({ url, issuer, realm: wanted, ...got })
    return { token: got.accessToken }
  }
}

const whyAgain = (acr: readonly string[], maxAgeSeconds: number): readonly string[] => [
  `This act needs a sign-in ${acr.length === 0 ? '' : `at level ${acr.join(' or ')} and `}not older than ${Math.floor(maxAgeSeconds / 60)} minutes; yours is weaker or older.`,
  'Sign in again. Where the browser lets you through without asking, sign out there first, or use a private window.',
]

const realmMissing = faulty(
  'usage',
  'realm_missing',
  'It is not known to which realm you want to sign in.',
  'Give --realm, or set FALLBACK_BRIDGE_OPERATIONS_REALM.',
)

const keycloakMissing = faulty(
  'configuration',
  'keycloak_url_missing',
  'It is not known where to sign in.',
  'Give --keycloak-url, or set FALLBACK_BRIDGE_KEYCLOAK_URL, to the base address of Keycloak (without /realms).',
)

const tokenOfAnotherRealm = faulty(
  'usage',
  'token_of_another_realm',
  'The given token is of another realm than --realm.',
  'Leave --realm away, or give a token of that realm; without FALLBACK_BRIDGE_ACCESS_TOKEN you can sign in.',
)
