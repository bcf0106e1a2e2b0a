import type { People, PersonFacts } from '../../bridge/app/people-ports.ts'
import { isSameUserName } from '../../bridge/domain/approval/reporting-line.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { isMember } from '../../bridge/domain/policy/authority.ts'

/** Accounts as Keycloak would tell them; a test changes them between calls. */
export type MemoryPeople = People & {
  /** Adds an account to a realm, or changes it; give what differs from an ordinary one without roles. */
  put: (realm: string, id: string, differs?: Partial<Omit<PersonFacts, 'id'>>) => void
  remove: (realm: string, id: string) => void
  /** From now on, or no more, Keycloak cannot be asked. */
  fail: (isAway: boolean) => void
  /** How often it was asked. */
  asked: () => number
}

/** An enabled account of a person who may nothing. */
export const ordinaryAccount = (id: string, name: string = id): PersonFacts => ({
  id: asId(id),
  name,
  enabled: true,
  isServiceAccount: false,
  roles: [],
  groups: [],
  identity: undefined,
  manager: undefined,
  email: undefined,
  locale: undefined,
})

/** Makes one that knows nobody. */
export const createMemoryPeople = (): MemoryPeople => {
  const realms = new Map<string, Map<string, PersonFacts>>()
  let isAway = false
  let calls = 0
  const of = (realm: string): Map<string, PersonFacts> => {
    const known = realms.get(realm) ?? new Map<string, PersonFacts>()
    realms.set(realm, known)
    return known
  }
  const ask = (): void => {
    calls += 1
    if (isAway) throw new BridgeError('keycloak_unreachable')
  }
  return {
    find: async (realm, ids) => {
      ask()
      return new Map(
        ids.flatMap((id) => {
          const found = of(realm).get(id)
          return found === undefined ? [] : [[id, found] as const]
        }),
      )
    },
    findNamed: async (realm, idOrName) => {
      ask()
      const known = of(realm)
      return known.get(idOrName) ?? [...known.values()].find(({ name }) => isSameUserName(name, idOrName))
    },
    membersOf: async (realm, group) => {
      ask()
      return [...of(realm).values()].filter(({ enabled, groups }) => enabled && isMember(groups, group))
    },
    put: (realm, id, differs = {}) => {
      of(realm).set(id, { ...(of(realm).get(id) ?? ordinaryAccount(id, `name-of-${id}`)), ...differs })
    },
    remove: (realm, id) => {
      of(realm).delete(id)
    },
    fail: (away) => {
      isAway = away
    },
    asked: () => calls,
  }
}
