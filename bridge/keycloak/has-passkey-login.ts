import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import { z } from 'zod'
import type { HasPasskeyLogin } from '../app/supersede-needless.ts'
import type { RealmName } from '../domain/ids.ts'
import { readAnswer } from './answers.ts'
import { failureOf } from './failure.ts'

/** The newest of one person since a case was opened; nobody signs in as often between two looks. */
const mostLogins = 200

const loginsAnswer = z.array(
  z.object({
    time: z.number(),
    type: z.string().optional(),
    userId: z.string().optional(),
    details: z.record(z.string(), z.string()).default({}),
  }),
)

type AskRealm = <Answer>(
  realm: RealmName,
  call: (realm: { client: KeycloakAdminClient }) => Promise<Answer>,
) => Promise<Answer>

/** Looks for a LOGIN event with the jar's detail. One that names a case came about by the fallback, and is none (I12). */
export const createHasPasskeyLogin =
  (ask: AskRealm): HasPasskeyLogin =>
  async (realm, user, after) => {
    try {
      const answer = await ask(realm, ({ client }) =>
        client.realms.findEvents({ realm, type: 'LOGIN', user, dateFrom: String(after), max: mostLogins }),
      )
      return readAnswer(loginsAnswer, answer).some(
        ({ time, type, userId, details }) =>
          type === 'LOGIN' &&
          userId === user &&
          time > after &&
          details['fallback_passkey'] === 'passed' &&
          details['fallback_case'] === undefined,
      )
    } catch (error) {
      throw failureOf(error)
    }
  }
