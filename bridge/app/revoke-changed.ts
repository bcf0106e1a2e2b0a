import { type FallbackCase, nextState, openStates } from '../domain/case.ts'
import type { CaseId, RealmName } from '../domain/ids.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { tierOf } from '../domain/policy/read-facts.ts'
import type { RevokeAccess } from './approval/revoke-access.ts'
import { holdCase } from './hold-case.ts'
import type { People, PersonFacts } from './people-ports.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { Clock, Log, UnitOfWork } from './ports.ts'

export type RevokeChangedDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  log: Log
  people: Pick<People, 'find'>
  findPolicy: FindPolicy
  revokeAccess: RevokeAccess
}

/** Cases of one look, the newest first; of more, the next look goes on with the others. */
const mostCasesALook = 500

type Changed = 'subject_disabled' | 'subject_privileged'

/**
 * Takes back what was given to somebody who is not any more who they were then: whose account is disabled or gone, or who
 * has become privileged since, for whom other terms hold (E4). Looks at open cases and at fallback sessions. Where Keycloak
 * cannot be asked the look ends, and every case stays as it is.
 */
export const createRevokeChanged = (deps: RevokeChangedDeps) => {
  const { unitOfWork, clock, log } = deps
  const nextAfter = new Map<RealmName, CaseId | undefined>()

  return async (realm: RealmName): Promise<void> => {
    const { policy, cases } = await unitOfWork(async (tx) => ({
      policy: (await deps.findPolicy(tx, realm, '', clock())).policy,
      cases: await tx.cases.page(realm, {
        states: [...openStates, 'in_use'],
        profile: undefined,
        user: undefined,
        since: undefined,
        until: undefined,
        after: nextAfter.get(realm),
        count: mostCasesALook,
      }),
    }))
    nextAfter.set(realm, cases.length < mostCasesALook ? undefined : cases.at(-1)?.id)
    if (policy === undefined || cases.length === 0) return
    const people = await deps.people.find(realm, [...new Set(cases.map(({ user }) => user))])
    for (const current of cases) {
      const changed = whatChanged(policy, people.get(current.user))
      if (changed !== undefined) await revoke(current, changed)
    }
  }

  /** Looks at the case as it stands now, and at who the subject was when it was decided. */
  async function revoke({ realm, id }: FallbackCase, reason: Changed): Promise<void> {
    const isRevoked = await unitOfWork(async (tx) => {
      const current = await holdCase(tx, realm, id)
      if (current === undefined || nextState(current.state, 'revoke') === undefined) return false
      const stored = await tx.decisions.find(realm, id)
      const tierThen = stored?.decision.assessment?.tier ?? 'privileged'
      if (reason === 'subject_privileged' && tierThen === 'privileged') return false
      await deps.revokeAccess(tx, current, 'revoke', { actor: 'system', facts: { reason } })
      return true
    })
    if (isRevoked) log.warn('a case was taken back', { realm, case: id, reason })
  }
}

const whatChanged = (policy: Policy, subject: PersonFacts | undefined): Changed | undefined => {
  if (subject?.enabled !== true) return 'subject_disabled'
  return tierOf(policy, { roles: subject.roles, groups: subject.groups }) === 'privileged'
    ? 'subject_privileged'
    : undefined
}

export type RevokeChanged = ReturnType<typeof createRevokeChanged>
