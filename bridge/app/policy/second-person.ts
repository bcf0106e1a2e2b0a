import { isSamePerson } from '../../domain/approval/separation.ts'
import { asId, type RealmName, type UserId } from '../../domain/ids.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import type { People } from '../people-ports.ts'
import { actorOf, type Person } from './person.ts'
import type { Proposal } from './policy-ports.ts'

/** Whether who confirms is another natural person than who proposed (R6); `unknown` where that cannot be told. */
export type SecondPerson = 'another' | 'same' | 'unknown'

/** Where it is absent, Keycloak cannot be asked, and nobody is known to be another. */
export type SecondPersonDeps = { people: Pick<People, 'find'> | undefined }

/**
 * Looks at both accounts as Keycloak has them now: they must be there, enabled, of one person each, and not of one and the
 * same. Any doubt is no second person.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createJudgeSecondPerson =
  ({ people }: SecondPersonDeps) =>
  async (realm: RealmName, { by }: Pick<Proposal, 'by'>, person: Person): Promise<SecondPerson> => {
    if (by === actorOf(person)) return 'same'
    if (people === undefined || !by.startsWith(userPrefix)) return 'unknown'
    const ids = [by.slice(userPrefix.length), person.id].map((id) => asId<UserId>(id))
    const found = await people.find(realm, ids)
    const [first, second] = ids.map((id) => found.get(id))
    if (!isActingAccount(first) || !isActingAccount(second)) return 'unknown'
    return isSamePerson(first, second) ? 'same' : 'another'
  }

const userPrefix = actorOf({ id: '', name: '' })
