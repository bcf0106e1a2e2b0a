import { z } from 'zod'
import type { People, PersonFacts } from '../app/people-ports.ts'
import { isSameUserName } from '../domain/approval/reporting-line.ts'
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
        manager: z.string().min(1).optional(),
        email: z.string().min(1).optional(),
        locale: z.string().min(1).optional(),
      })
      .transform(
        ({ id, username, enabled, serviceAccount, roles, groups, identity, manager, email, locale }): PersonFacts => ({
          id: asId<UserId>(id),
          name: username,
          enabled,
          isServiceAccount: serviceAccount,
          roles,
          groups,
          identity,
          manager,
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

/** User attributes by which people are told apart, and are told to whom they report; the second may not be set up. */
export type AskedAttributes = { identity: string; manager: string | undefined }

/** What Keycloak tells of people, asked anew each time: nothing of it is kept. */
export const createFindPeople = (ask: AskRealm, { identity, manager }: AskedAttributes): People => {
  const attributes = manager === undefined ? { identity } : { identity, manager }

  return {
    find: async (realm, ids) => {
      const found = new Map<UserId, PersonFacts>()
      try {
        for (let from = 0; from < ids.length; from += mostIds) {
          const some = ids.slice(from, from + mostIds)
          const answer = await ask(realm, ({ resource }) => resource.people({ id: some, ...attributes }))
          for (const person of readAnswer(peopleAnswer, answer).people) found.set(person.id, person)
        }
      } catch (error) {
        throw failureOf(error)
      }
      return found
    },

    findNamed: async (realm, idOrName) => {
      try {
        const answer = await ask(realm, ({ resource }) =>
          resource.people({ id: [idOrName], username: idOrName, ...attributes }),
        )
        const found = readAnswer(peopleAnswer, answer).people
        return found.find(({ id }) => id === idOrName) ?? found.find(({ name }) => isSameUserName(name, idOrName))
      } catch (error) {
        throw failureOf(error)
      }
    },

    membersOf: async (realm, group) => {
      try {
        const answer = await ask(realm, ({ resource }) => resource.members({ group, ...attributes }))
        return readAnswer(peopleAnswer, answer).people
      } catch (error) {
        if (statusOf(error) === 404 && problemOf(error) === 'not_found') return []
        throw failureOf(error)
      }
    },
  }
}
