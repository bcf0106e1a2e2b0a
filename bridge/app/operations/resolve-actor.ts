import type { Instant, RealmName, UserId } from '../../domain/ids.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import type { Actor, People } from '../people-ports.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { isRecent, isStrong, type SignInDemand } from './recent-sign-in.ts'

/** Who a verified access token was issued to. */
export type TokenHolder = {
  /** The realm that issued the token: the only one there is for this call (C18). */
  realm: RealmName
  user: UserId
  /** The session in Keycloak. */
  session: string
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

export type NotResolved = { refused: 'step_up_needed' | 'account_unfit' | 'token_refused' }

export type ResolveActorDeps = { people: People; unitOfWork: UnitOfWork; clock: Clock; demand: SignInDemand }

/**
 * Finds out who holds a verified token: for an act, how lately and strongly they signed in (C10), and in any case what
 * Keycloak says of the account now. Whoever cannot be resolved is nobody (C13). A session that a case of this bridge has let
 * in is no session to act in, whatever the token says: a client may have no mapper for the claim that tells it (I12, C10).
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createResolveActor =
  ({ people, unitOfWork, clock, demand }: ResolveActorDeps) =>
  async (holder: TokenHolder, isAct: boolean): Promise<{ actor: Actor } | NotResolved> => {
    const { realm, user, session, acr, authTime, token } = holder
    if (await unitOfWork((tx) => tx.cases.hasLetIn(realm, user, session))) return { refused: 'token_refused' }
    if (isAct && !(isRecent(authTime, demand, clock()) && isStrong(acr, demand))) return { refused: 'step_up_needed' }
    const person = (await people.find(realm, [user])).get(user)
    if (!isActingAccount(person)) return { refused: 'account_unfit' }
    // Reading asks for no time of sign-in; a token that does not tell one is as old as can be.
    return { actor: { realm, person, acr, authTime: authTime ?? 0, token } }
  }

export type ResolveActor = ReturnType<typeof createResolveActor>
