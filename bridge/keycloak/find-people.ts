import { z } from 'zod'
import type { People, PersonFacts } from '../app/people-ports.ts'
import { asId, type RealmName, type UserId } from '../domain/ids.ts'
import { readAnswer } from './answers.ts'
import { failureOf, problemOf, statusOf } from './failure.ts'
import type { FallbackBridgeResource } from './fallback-bridge-resource.ts'

/** People that the endpoint tells of in one call. */
const mostIds = 50

const peopleAnswer = z.object({
  people: z.array(
    z
      .object({
        id: z.string().min(1),
        username: z.string().min(1),
        enabled: z.boolean(),
        serviceAccount: z.boolean(),
        roles: z.array(z.string()),
        groups: z.array(z.string()),
        identity: z.string().min(1).optional(),
        email: z.string().min(1).optional(),
        locale: z.string().min(1).optional(),
      })
      .transform(
        ({ id, username, enabled, serviceAccount, roles, groups, identity, email, locale }): PersonFacts => ({
          id: asId<UserId>(id),
          name: username,
          enabled,
          isServiceAccount: serviceAccount,
          roles,
          groups,
          identity,
          email,
          locale,
        }),
      ),
  ),
})

/** Runs a call with the token of a realm. */
export type AskRealm = <Answer>(
  realm: RealmName,
  call: (realm: { resource: FallbackBridgeResource }) => Promise<Answer>,
) => Promise<Answer>

/** What Keycloak tells of people, asked anew each time: nothing of it is kept. */
export const createFindPeople = (ask: AskRealm, identityAttribute: string): People => ({
  find: async (realm, ids) => {
    const found = new Map<UserId, PersonFacts>()
    try {
      for (let from = 0; from < ids.length; from += mostIds) {
        const some = ids.slice(from, from + mostIds)
        const answer = await ask(realm, ({ resource }) => resource.people({ id: some, identity: identityAttribute }))
        for (const person of readAnswer(peopleAnswer, answer).people) found.set(person.id, person)
      }
    } catch (error) {
      throw failureOf(error)
    }
    return found
  },

  membersOf: async (realm, group) => {
    try {
      const answer = await ask(realm, ({ resource }) => resource.members({ group, identity: identityAttribute }))
      return readAnswer(peopleAnswer, answer).people
    } catch (error) {
      if (statusOf(error) === 404 && problemOf(error) === 'not_found') return []
      throw failureOf(error)
    }
  },
})
