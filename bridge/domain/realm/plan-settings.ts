import type { InstallRecord } from './install-record.ts'
import type { RealmChange } from './realm-change.ts'
import { actionName, neededEventTypes } from './realm-parts.ts'
import type { EventSettings, RealmState } from './realm-state.ts'
import type { Levels, RealmWish } from './realm-wish.ts'
import type { Refusal } from './refusal.ts'

/** Changes of the realm's own settings, with what they were before. */
export type SettingsPlan = {
  changes: readonly RealmChange[]
  record: Partial<InstallRecord>
  notes: readonly string[]
  refusals: readonly Refusal[]
}

/** Events, user verification, the acr map and the required action. */
export const planSettings = (state: RealmState, wish: RealmWish, before: InstallRecord): SettingsPlan => {
  const events = wantedEvents(state.events)
  const changesEvents = !isSame(events, state.events)
  const { twoFactor, passwordless } = state.userVerification
  const changesVerification = twoFactor !== 'required' || passwordless !== 'required'
  const map = wantedMap(state.acrMap, wish.levels, before.acrMap !== undefined)
  const changesMap = map !== undefined && !isSame(map, state.acrMap)
  const config = actionConfig(wish)
  const changesAction = state.action?.enabled !== true || !isSame(sorted(state.action.config), sorted(config))
  return {
    changes: [
      ...(changesEvents ? [{ kind: 'set_events', values: events, before: state.events } as const] : []),
      ...(changesVerification
        ? [{ kind: 'set_user_verification', twoFactor: 'required', passwordless: 'required' } as const]
        : []),
      ...(changesMap ? [{ kind: 'set_acr_map', map } as const] : []),
      ...(state.action === undefined ? [{ kind: 'register_action', name: actionName } as const] : []),
      ...(changesAction ? [{ kind: 'set_action', enabled: true, config } as const] : []),
    ],
    record: {
      ...(changesEvents && before.events === undefined ? { events: state.events } : {}),
      ...(changesVerification && before.userVerification === undefined
        ? { userVerification: state.userVerification }
        : {}),
      ...(changesMap && before.acrMap === undefined ? { acrMap: state.acrMap ?? null } : {}),
      ...(changesAction && before.action === undefined ? { action: state.action ?? null } : {}),
    },
    notes: state.passkeysInForm
      ? [
          'The forms take passkeys. Who fails with one there and goes on by password is asked for the fallback, unless a second factor was given; who types the password without having tried comes in as before.',
        ]
      : [],
    refusals: map === undefined ? [{ code: 'acr_map_in_use', at: JSON.stringify(state.acrMap) }] : [],
  }
}

/** Events as they shall be saved. */
export const wantedEvents = (now: EventSettings): EventSettings => ({
  eventsEnabled: true,
  adminEventsEnabled: true,
  adminEventsDetailsEnabled: true,
  // None listed means Keycloak's own choice, which has all of these.
  enabledEventTypes:
    now.enabledEventTypes.length === 0
      ? []
      : [...now.enabledEventTypes, ...neededEventTypes.filter((type) => !now.enabledEventTypes.includes(type))],
})

/** The map with the three levels; undefined where levels of the realm's own could be mistaken for them. */
const wantedMap = (
  now: Readonly<Record<string, number>> | undefined,
  levels: Levels,
  isOurs: boolean,
): Readonly<Record<string, number>> | undefined => {
  const isMistaken = Object.entries(now ?? {}).some(([name, level]) => {
    const own = (levels as Readonly<Record<string, number>>)[name]
    // Level 1 says nothing: Keycloak gives it to every login that has none.
    return own === undefined ? level > 1 && level <= levels.passkey : level !== own && !isOurs
  })
  return isMistaken ? undefined : { ...now, ...levels }
}

/** Settings of the required action, by the names the jar reads. */
export const actionConfig = (wish: RealmWish): Readonly<Record<string, string>> => ({
  bridgeUrl: wish.bridgeUrl,
  bridgeId: wish.bridgeId,
  bridgeKeyThumbprints: wish.thumbprints.join('##'),
  allowPlainHttp: String(wish.allowPlainHttp),
})

const sorted = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => a.localeCompare(b)))

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
