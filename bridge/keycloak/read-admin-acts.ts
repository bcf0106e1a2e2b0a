import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import { z } from 'zod'
import type { ReadAdminActs } from '../app/review/record-bypasses.ts'
import type { RealmName } from '../domain/ids.ts'
import type { AdminAct } from '../domain/review/bypass.ts'
import { readAnswer } from './answers.ts'
import { failureOf } from './failure.ts'

const pageSize = 200
/** More in one look is an import or an attack; the newest of it are looked at. */
const mostPages = 20

const actsAnswer = z.array(
  z
    .object({
      time: z.number(),
      operationType: z.string().default(''),
      resourcePath: z.string().default(''),
      error: z.string().optional(),
      authDetails: z.object({ userId: z.string().optional(), clientId: z.string().optional() }).default({}),
    })
    .transform(
      ({ time, operationType, resourcePath, error, authDetails }): AdminAct => ({
        operation: operationType,
        path: resourcePath,
        actor: authDetails.userId,
        client: authDetails.clientId,
        at: time,
        failed: error !== undefined,
      }),
    ),
)

type AskRealm = <Answer>(
  realm: RealmName,
  call: (realm: { client: KeycloakAdminClient }) => Promise<Answer>,
) => Promise<Answer>

/** Reads the realm's admin events, newest first as Keycloak gives them, and gives them oldest first. */
export const createReadAdminActs =
  (ask: AskRealm): ReadAdminActs =>
  async (realm, since) => {
    const acts: AdminAct[] = []
    try {
      for (let page = 0; page < mostPages; page += 1) {
        const answer = await ask(realm, ({ client }) =>
          client.realms.findAdminEvents({
            realm,
            // The client calls it a Date and sends its text; Keycloak reads milliseconds.
            dateFrom: String(since) as unknown as Date,
            first: page * pageSize,
            max: pageSize,
          }),
        )
        const found = readAnswer(actsAnswer, answer)
        acts.push(...found)
        if (found.length < pageSize) break
      }
    } catch (error) {
      throw failureOf(error)
    }
    return acts.filter(({ at }) => at >= since).reverse()
  }
