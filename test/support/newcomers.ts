import type { PersonFacts } from '../../bridge/app/people-ports.ts'
import type { CaseId } from '../../bridge/domain/ids.ts'
import type { Policy, Profile } from '../../bridge/domain/policy/policy.ts'
import { peoplePolicy } from './asking-policy.ts'
import { createPeopleBridge, type Login } from './people-installation.ts'
import { openTestStore } from './test-store.ts'

const evidence = { reason: [{ id: 'reason', kind: 'text', required: true, why: 'What happened.' }] } as const

/** People of a fresh installation, each new, so that no limit of one person is met by chance. */
export const createNewcomers = async () => {
  const store = await openTestStore()
  const bridge = createPeopleBridge({ replicas: [store] })
  let count = 0

  const under = (profile: Partial<Profile> = {}, differs: Partial<Policy> = {}) => {
    bridge.current.policy = peoplePolicy(profile, { evidence, ...differs })
  }
  /** A new subject whose request waits, under this policy. */
  const asked = async (
    profile: Partial<Profile> = {},
    differs: Partial<Policy> = {},
  ): Promise<{ login: Login; id: CaseId }> => {
    under(profile, differs)
    count += 1
    const login = await bridge.subject(`subject-${count}`)
    return { login, id: await bridge.ask(login) }
  }
  /** Somebody new who may approve; give what differs. */
  const lead = (differs: Partial<PersonFacts> = {}): string => {
    count += 1
    return bridge.person(`lead-${count}`, differs).name
  }
  return { bridge, under, asked, lead, close: store.close }
}

/** For assertions: the code of a refusal and what it is about, or that it was done. */
export const refusal = (
  result: { outcome: 'done' } | { outcome: 'refused'; code: string; about?: readonly string[] },
): string | readonly string[] =>
  result.outcome === 'refused' ? [result.code, ...(result.about ?? [])] : result.outcome

/** What a login is told that is not let in. */
export const denied = (id: CaseId, why: string) => ({ kind: 'denied', case: id, reason: why, wrongCode: false })
