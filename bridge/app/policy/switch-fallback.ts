import type { RealmName } from '../../domain/ids.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { createChangePolicy } from './change-policy.ts'
import { reasonOf } from './given-reason.ts'
import { actorOf, type Person } from './person.ts'

export type SwitchFallbackDeps = { unitOfWork: UnitOfWork; clock: Clock }

/** `client` is a client id of Keycloak; absent for the whole realm. */
export type SwitchFallbackAsk = {
  realm: RealmName
  client?: string | undefined
  to: 'off' | 'on'
  person: Person
  reason: string
}

export type Switched =
  | { outcome: 'switched_off' | 'already_off' | 'switched_on' | 'not_off' }
  | { outcome: 'refused'; reason: 'reason_missing' | 'client_malformed' }

/** As long as Keycloak lets a client id be. */
const longestClient = 255

/**
 * Throws an off switch, or takes it back: at once, whatever the policy says, for a realm or one client of it. Both
 * switches are kept apart; while one of them is thrown, it holds.
 */
export const createSwitchFallback = ({ unitOfWork, clock }: SwitchFallbackDeps) => {
  const changePolicy = createChangePolicy({ unitOfWork })

  return async (ask: SwitchFallbackAsk): Promise<Switched> => {
    const reason = reasonOf(ask.reason)
    if (reason === undefined) return { outcome: 'refused', reason: 'reason_missing' }
    if (!isClient(ask.client)) return { outcome: 'refused', reason: 'client_malformed' }
    return changePolicy((tx) => turn(tx, { ...ask, reason }))
  }

  async function turn(tx: Transaction, ask: SwitchFallbackAsk): Promise<Switched> {
    const { realm, client, person, reason } = ask
    const at = clock()
    const actor = actorOf(person)
    const isTurned =
      ask.to === 'off'
        ? await tx.policies.switchOff({ realm, client, by: actor, at, reason })
        : await tx.policies.switchOn(realm, client)
    if (!isTurned) return { outcome: ask.to === 'off' ? 'already_off' : 'not_off' }
    const event = ask.to === 'off' ? 'switched_off' : 'switched_on'
    const facts = { name: person.name, reason, client: client ?? null }
    await tx.policyHistory.append({ realm, at, event, digest: undefined, actor, facts })
    return { outcome: event }
  }
}

const isClient = (client: string | undefined): boolean =>
  client === undefined || (client !== '' && client.length <= longestClient && !/\p{C}/u.test(client))

export type SwitchFallback = ReturnType<typeof createSwitchFallback>
