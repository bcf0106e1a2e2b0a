import type { OverrideEvent } from '../domain/override-event.ts'
import type { EventBody } from './fallback-bridge-resource.ts'

/** Names of an event's details, and what of the representation each shows: ids and codes only (A12). */
const details: Readonly<Record<string, string>> = {
  state: 'state',
  profile: 'profile',
  path: 'path',
  failure_class: 'failureClass',
  client_id: 'client',
  actor: 'actor',
  decision: 'outcome',
  reason: 'reason',
}

const longestDetail = 255

/** Where Keycloak's log keeps an event, and how it is found again. */
export const resourcePathOf = (event: OverrideEvent): string => `fallback-cases/${event.case}/${event.id}`

/** An event as the provider's endpoint takes it. Details stand in the log also where representations are not saved. */
export const eventBodyOf = (event: OverrideEvent): EventBody => ({
  eventId: event.id,
  caseId: event.case,
  event: event.name,
  userId: event.user,
  at: event.at,
  representation: event.representation,
  details: Object.fromEntries(
    Object.entries(details).flatMap(([name, member]) => {
      const value = event.representation[member]
      return typeof value === 'string' && value !== '' ? [[name, value.slice(0, longestDetail)]] : []
    }),
  ),
})
