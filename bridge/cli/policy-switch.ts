import { reasonOf } from '../app/policy/given-reason.ts'
import type { Switched, SwitchFallback } from '../app/policy/switch-fallback.ts'
import type { UnitOfWork } from '../app/ports.ts'
import { type ActAsPerson, nothingToPrepare } from './act-as-person.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { reasonFault } from './policy-deactivate.ts'

export type PolicySwitchDeps = {
  actAsPerson: ActAsPerson
  switchFallback: (unitOfWork: UnitOfWork) => SwitchFallback
}

export type SwitchOptions = { realm: string; client?: string; reason: string }

/** `policy off` and `policy on`: the off switch of a realm or one client of it. */
export const createPolicySwitch =
  ({ actAsPerson, switchFallback }: PolicySwitchDeps) =>
  async (to: 'off' | 'on', { realm, client, reason }: SwitchOptions): Promise<CommandAnswer> => {
    if (reasonOf(reason) === undefined) return reasonFault
    return actAsPerson(realm, nothingToPrepare, async (unitOfWork, of, person) => {
      const switched = await switchFallback(unitOfWork)({ realm: of, client, to, person, reason })
      if (switched.outcome === 'refused') {
        return switched.reason === 'reason_missing'
          ? reasonFault
          : faulty('usage', 'client_malformed', '--client is no client id.', 'Give the client id as Keycloak has it.')
      }
      const where = client === undefined ? `realm ${of}` : `client ${client} of realm ${of}`
      const { outcome } = switched
      return done(`${sentences[outcome]} (${where})`, { outcome, realm: of, client: client ?? null })
    })
  }

const sentences: Readonly<Record<Exclude<Switched['outcome'], 'refused'>, string>> = {
  switched_off: 'The fallback is switched off: every fallback is refused from the next step on.',
  already_off: 'The fallback was switched off already; the earlier switch stands.',
  switched_on: 'The fallback is switched on again; the policy decides.',
  not_off: 'The fallback was not switched off here; nothing changed.',
}
