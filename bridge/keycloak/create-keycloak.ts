import KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type { People } from '../app/people-ports.ts'
import type { Clock, Keycloak } from '../app/ports.ts'
import type { ReadAdminActs } from '../app/review/record-bypasses.ts'
import type { HasPasskeyLogin } from '../app/supersede-needless.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type RealmName } from '../domain/ids.ts'
import type { OverrideEvent } from '../domain/override-event.ts'
import { adminEventsAnswer, ownerAnswer, readAnswer, sessionAnswer, statusAnswer, writtenAnswer } from './answers.ts'
import { failureOf, problemOf, statusOf } from './failure.ts'
import { createFallbackBridgeResource, type FallbackBridgeResource } from './fallback-bridge-resource.ts'
import { createFindPeople } from './find-people.ts'
import { createHasPasskeyLogin } from './has-passkey-login.ts'
import { eventBodyOf, resourcePathOf } from './override-event-body.ts'
import { createReadAdminActs } from './read-admin-acts.ts'
import { issuerOf, tokenUrlOf } from './realm-urls.ts'
import { surplusRightsOf } from './surplus-rights.ts'
import { type ClientCredential, createTokenProvider, type TokenProvider } from './token-provider.ts'

export type KeycloakDeps = {
  /** Base URL at which the bridge reaches Keycloak, and the public one with which issuers begin. */
  url: string
  issuerBase: string
  realms: readonly RealmName[]
  clientId: string
  credential: ClientCredential
  /** User attribute that is the same on all accounts of one natural person. */
  identityAttribute: string
  /** User attribute that names whom somebody reports to; it is not asked for where this is absent. */
  managerAttribute?: string | undefined
  clock: Clock
  /** Longest time of one HTTP exchange; a call makes at most four of them. */
  timeoutMs?: number
}

type Realm = { client: KeycloakAdminClient; resource: FallbackBridgeResource; tokens: TokenProvider }

const resourceType = 'BIOMETRIC_OVERRIDE'
const sessionId = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/
/** Difference of clocks that the search for an event allows for. */
const daySlackMs = 86_400_000

/** What else the bridge asks of Keycloak. */
export type KeycloakQuestions = { people: People; readAdminActs: ReadAdminActs; hasPasskeyLogin: HasPasskeyLogin }

/** Keycloak's side of the bridge, one client and one token for each realm. Redirects are not followed. */
export const createKeycloak = (deps: KeycloakDeps): Keycloak & KeycloakQuestions => {
  const realms = new Map(deps.realms.map((name) => [name, connect(deps, name)]))

  /** Makes a call; if Keycloak no longer takes the token, once more with a new one. */
  const ask = async <Answer>(name: RealmName, call: (realm: Realm) => Promise<Answer>): Promise<Answer> => {
    const realm = realms.get(name)
    if (realm === undefined) throw new BridgeError('keycloak_unreachable', { cause: { code: 'realm_not_served' } })
    const token = await realm.tokens.getAccessToken()
    try {
      return await call(realm)
    } catch (error) {
      if (statusOf(error) !== 401) throw error
      realm.tokens.drop(token)
      return call(realm)
    }
  }

  return {
    people: createFindPeople(ask, { identity: deps.identityAttribute, manager: deps.managerAttribute }),
    readAdminActs: createReadAdminActs(ask),
    hasPasskeyLogin: createHasPasskeyLogin(ask),

    writeEvent: async (event) => {
      try {
        const answer = await ask(event.realm, ({ resource }) => resource.writeEvent(eventBodyOf(event)))
        return readAnswer(writtenAnswer, answer).written ? 'written' : 'already_there'
      } catch (error) {
        if (statusOf(error) === 409 && problemOf(error) === 'in_flight') return 'in_flight'
        throw failureOf(error)
      }
    },

    hasEvent: async (event) => {
      try {
        const found = await ask(event.realm, ({ client }) => client.realms.findAdminEvents(searchFor(event)))
        return readAnswer(adminEventsAnswer, found).some(
          (one) => one.resourceType === resourceType && one.resourcePath === resourcePathOf(event),
        )
      } catch (error) {
        throw failureOf(error)
      }
    },

    findFallbackSession: async (realm, session) => {
      if (!sessionId.test(session)) return undefined
      try {
        const answer = await ask(realm, ({ resource }) => resource.findSession({ id: session }))
        const found = readAnswer(sessionAnswer, answer)
        return { id: found.id, case: asId(found.case) }
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw failureOf(error)
      }
    },

    endFallbackSession: async (realm, session) => {
      if (!sessionId.test(session)) return false
      try {
        await ask(realm, ({ resource }) => resource.endSession({ id: session }))
        return true
      } catch (error) {
        if (isAbsent(error)) return false
        throw failureOf(error)
      }
    },

    ownerStates: async (realm, names) => {
      try {
        const states = await Promise.all(
          names.map(async (username) => {
            const answer = await ask(realm, ({ resource }) => resource.ownerState({ username }))
            return [username, readAnswer(ownerAnswer, answer).state] as const
          }),
        )
        return Object.fromEntries(states.flatMap(([name, state]) => (state === 'absent' ? [] : [[name, state]])))
      } catch (error) {
        throw failureOf(error)
      }
    },

    status: async (realm) => {
      try {
        const [answer, token] = await ask(realm, ({ resource, tokens }) =>
          Promise.all([resource.status(), tokens.getAccessToken()]),
        )
        return { ...readAnswer(statusAnswer, answer), surplusRights: surplusRightsOf(token) }
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
}

const connect = (deps: KeycloakDeps, realm: RealmName): Realm => {
  const { url, clientId, credential, clock, timeoutMs = 5_000 } = deps
  const tokens = createTokenProvider({
    tokenUrl: tokenUrlOf(url, realm),
    issuer: issuerOf(deps.issuerBase, realm),
    clientId,
    credential,
    clock,
    timeoutMs,
  })
  const client = new KeycloakAdminClient({
    baseUrl: url,
    realmName: realm,
    timeout: timeoutMs,
    requestOptions: { redirect: 'error' },
  })
  client.registerTokenProvider(tokens)
  return { client, resource: createFallbackBridgeResource(client, realm), tokens }
}

/**
 * Finds one event. Not by resource type: Keycloak's search knows its own types only and fails on ours. The client
 * calls `dateFrom` a Date and sends its text, which Keycloak does not read; it does read milliseconds.
 */
const searchFor = (event: OverrideEvent) => ({
  realm: event.realm,
  resourcePath: resourcePathOf(event),
  operationTypes: 'ACTION',
  dateFrom: String(event.at - daySlackMs) as unknown as Date,
  max: 5,
})

/** The provider itself says that there is no such fallback session; another 404 says nothing about sessions. */
const isAbsent = (error: unknown): boolean => {
  const problem = problemOf(error)
  return (
    (statusOf(error) === 404 && problem === 'not_found') ||
    (statusOf(error) === 409 && problem === 'not_a_fallback_session')
  )
}
