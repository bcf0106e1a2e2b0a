import type { Instant, RealmName, UserId } from '../../domain/ids.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import type { Actor, People } from '../people-ports.ts'
import type { Clock } from '../ports.ts'
import { isRecent, isStrong, type SignInDemand } from './recent-sign-in.ts'

/** Who a verified access token was issued to. */
export type TokenHolder = {
  /** The realm that issued the token: the only one there is for this call (C18). */
  realm: RealmName
  user: UserId
  acr: string | undefined
  authTime: Instant | undefined
  /** The token's `jti`. */
  token: string
}

/**
 * Verifies an access token of a served realm; undefined for one that no person of them acts with.
 * @throws BridgeError keycloak_unreachable
 */
export type VerifyToken = (token: string) => Promise<TokenHolder | undefined>

export type NotIdentified = { refused: 'token_refused' | 'step_up_needed' | 'account_unfit' }

export type IdentifyActorDeps = { verifyToken: VerifyToken; people: People; clock: Clock; demand: SignInDemand }

/**
 * Finds out who calls: verifies the token, for an act also how lately and strongly its holder signed in (C10), and asks
 * Keycloak about the account as it is now. Whoever cannot be resolved is nobody (C13).
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createIdentifyActor =
  ({ verifyToken, people, clock, demand }: IdentifyActorDeps) =>
  async (token: string, isAct: boolean): Promise<{ actor: Actor } | NotIdentified> => {
    const holder = await verifyToken(token)
    if (holder === undefined) return { refused: 'token_refused' }
    const { realm, user, acr, authTime } = holder
    if (isAct && !(isRecent(authTime, demand, clock()) && isStrong(acr, demand))) return { refused: 'step_up_needed' }
    const person = (await people.find(realm, [user])).get(user)
    if (!isActingAccount(person)) return { refused: 'account_unfit' }
    // Reading asks for no time of sign-in; a token that does not tell one is as old as can be.
    return { actor: { realm, person, acr, authTime: authTime ?? 0, token: holder.token } }
  }

export type IdentifyActor = ReturnType<typeof createIdentifyActor>
