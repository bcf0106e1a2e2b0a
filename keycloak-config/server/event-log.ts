import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js'
import { type Patience, waitUntil } from './wait-until.ts'

/** An override event as it stands among the admin events. */
export type StoredOverrideEvent = {
  /** What happened to the case, for example `GRANT_ISSUED`. */
  event: string
  resourcePath: string
  /** Epoch milliseconds at which Keycloak stored it. */
  storedAt: number
  details: Record<string, string>
  /** The JSON text kept with it. */
  representation: string
}

/** What a realm's event log says about fallback cases. */
export type EventLog = {
  /** Waits for this user's LOGIN event that carries the case. */
  waitForLogin: (user: string, caseId: string, patience?: Patience) => Promise<EventRepresentation>
  /** All override events of the case, the oldest first. */
  overrideEvents: (caseId: string) => Promise<StoredOverrideEvent[]>
  /** Waits until the last of these has been stored too, and gives all of the case. */
  waitForOverrideEvent: (caseId: string, event: string, patience?: Patience) => Promise<StoredOverrideEvent[]>
}

const PATIENCE: Patience = { withinMs: 60_000, everyMs: 250 }

/** Reads a realm's event log through the admin API. */
export const createEventLog = (admin: KeycloakAdminClient, realm: string): EventLog => {
  const overrideEvents = async (caseId: string): Promise<StoredOverrideEvent[]> => {
    const events = await admin.realms.findAdminEvents({ realm, resourcePath: `fallback-cases/${caseId}/*`, max: 500 })
    return events
      .filter(({ resourceType }) => resourceType === 'BIOMETRIC_OVERRIDE')
      .map((stored) => {
        // Keycloak sends details; the client's type does not know them yet.
        const { details = {} } = stored as { details?: Record<string, string> }
        return {
          event: details['event'] ?? '',
          resourcePath: stored.resourcePath ?? '',
          storedAt: stored.time ?? 0,
          details,
          representation: stored.representation ?? '',
        }
      })
      .toSorted((a, b) => a.storedAt - b.storedAt)
  }
  return {
    overrideEvents,
    waitForLogin: (user, caseId, patience = PATIENCE) =>
      waitUntil(
        'the LOGIN event with the case stands in the event log',
        async () => {
          const events = await admin.realms.findEvents({ realm, type: ['LOGIN'], user })
          return events.find(({ details }) => details?.['fallback_case'] === caseId)
        },
        patience,
      ),
    waitForOverrideEvent: (caseId, event, patience = PATIENCE) =>
      waitUntil(
        `the override event ${event} stands in the event log`,
        async () => {
          const events = await overrideEvents(caseId)
          return events.some((stored) => stored.event === event) && events
        },
        patience,
      ),
  }
}
