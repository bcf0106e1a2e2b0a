import { isSupportedServer } from '../server-version.ts'
import { emptyRecord, readRecord } from './install-record.ts'
import { isMadeByTool, peopleClientId } from './people-parts.ts'
import { scopeDescription } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'
import type { Refusal } from './refusal.ts'
import { own } from './step-providers.ts'

/** What must be right before anything of a realm is planned. */
export const checkRealmForTool = (state: RealmState, wish: RealmWish): readonly Refusal[] => {
  const needed = [own.watchTwoFactor, own.watchPasskey, own.condition, own.fallback, own.cookie]
  const missing = needed.filter((step) => !state.steps.includes(step))
  const { bridgeClient, clients, scope, group, people } = state
  const record = readRecord(bridgeClient?.record) ?? emptyRecord
  const isOther = people.client?.isDeviceOnly === false && !isMadeByTool(people.client, record)
  return [
    ...(isSupportedServer(state.server) ? [] : [refusal('server_too_old', state.server || 'unknown version')]),
    ...(missing.length === 0 ? [] : [refusal('jar_missing', missing.join(', '))]),
    ...(bridgeClient === undefined && wish.jwks === undefined ? [refusal('keys_missing', wish.clientId)] : []),
    ...(bridgeClient?.isServiceOnly === false ? [refusal('client_is_other', wish.clientId)] : []),
    ...(wish.withPeople && isOther ? [refusal('people_client_is_other', peopleClientId)] : []),
    ...(wish.onlyClient === undefined || clients.some(({ clientId }) => clientId === wish.onlyClient)
      ? []
      : [refusal('client_unknown', wish.onlyClient)]),
    ...(wish.pilotGroup === undefined || group !== undefined ? [] : [refusal('group_unknown', wish.pilotGroup)]),
    ...(scope === undefined || scope.description === scopeDescription
      ? []
      : [refusal('name_taken', 'fallback-bridge')]),
  ]
}

const refusal = (code: Refusal['code'], at: string): Refusal => ({ code, at })
