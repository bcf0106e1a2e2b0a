import type { InstallRecord } from './install-record.ts'
import {
  isMadeByTool,
  peopleClientId,
  peopleMappers,
  peopleRoles,
  policyRole,
  tellsOfFallback,
} from './people-parts.ts'
import type { RealmChange } from './realm-change.ts'
import { haveMappers } from './realm-parts.ts'
import type { PeopleClientState, RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'

/** What people need who decide: the client of the command line, and realm roles. */
export type PeoplePlan = {
  changes: readonly RealmChange[]
  record: Partial<InstallRecord>
  notes: readonly string[]
  /** What of it is this tool's, there already or still to be made: for writing it down elsewhere. */
  ours: { client: boolean; roles: Readonly<Record<string, string>> }
}

/**
 * Works out what of it has to be made, or put right where this tool made it. What somebody else made under the same name is
 * left as it is, and told of: nobody gets or loses a right by this tool without a word.
 */
export const planPeople = ({ people }: RealmState, wish: RealmWish, before: InstallRecord): PeoplePlan => {
  if (!wish.withPeople) return { changes: [], record: {}, notes: [], ours: { client: false, roles: {} } }
  const { client } = people
  const isOurs = client === undefined || isMadeByTool(client, before)
  const ofOthers = people.roles.filter((role) => !isMadeByTool(role, before)).map(({ name }) => name)
  const missing = Object.entries(peopleRoles).filter(([role]) => !people.roles.some(({ name }) => name === role))
  return {
    changes: [
      ...missing.map(([role, description]) => ({ kind: 'create_realm_role', role, description }) as const),
      ...(isOurs ? clientChanges(client, wish.bridgeId) : []),
    ],
    record: client !== undefined && missing.length === 0 ? {} : { people: recordAfter(before, client, missing) },
    notes: [
      ...(isOurs
        ? []
        : [
            `The realm has a client ${peopleClientId} that this tool did not make. It is left as it is; its tokens need the audience ${wish.bridgeId}.`,
          ]),
      ...(client === undefined || isOurs || tellsOfFallback(client) ? [] : [blindNote]),
      ...(ofOthers.length === 0
        ? []
        : [
            `Realm roles that this tool did not make are left as they are: ${ofOthers.join(', ')}. Whoever has one may act as the policy says of it.`,
          ]),
    ],
    ours: {
      client: isOurs,
      roles: Object.fromEntries(Object.entries(peopleRoles).filter(([role]) => !ofOthers.includes(role))),
    },
  }
}

const blindNote = `Access tokens of ${peopleClientId} do not tell of a fallback: give it a mapper User Session Note, fallback.case to the claim fallback_case, in the access token. Whoever came in by a fallback is known as such by no token of it (I12).`

const clientChanges = (client: PeopleClientState | undefined, bridgeId: string): readonly RealmChange[] => {
  const clientId = peopleClientId
  const mappers = peopleMappers(bridgeId)
  const isNarrow = client?.isDeviceOnly === true && !client.hasFullScope && !client.givesRefreshTokens
  return [
    ...(client === undefined ? [{ kind: 'create_people_client', clientId, mappers } as const] : []),
    ...(client === undefined || isNarrow ? [] : [{ kind: 'set_people_client', clientId } as const]),
    ...(client === undefined || haveMappers(client.mappers, mappers)
      ? []
      : [{ kind: 'set_people_mappers', clientId, mappers } as const]),
    ...(client?.scopeRoles.includes(policyRole) === true
      ? []
      : [{ kind: 'add_scope_role', clientId, role: policyRole } as const]),
  ]
}

const recordAfter = (
  { people }: InstallRecord,
  client: PeopleClientState | undefined,
  missing: readonly (readonly [string, string])[],
): NonNullable<InstallRecord['people']> => ({
  client: client === undefined ? peopleClientId : (people?.client ?? null),
  roles: [...new Set([...(people?.roles ?? []), ...missing.map(([role]) => role)])],
})
