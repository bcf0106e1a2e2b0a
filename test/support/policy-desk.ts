import type { People, PersonFacts } from '../../bridge/app/people-ports.ts'
import { createActivatePolicy } from '../../bridge/app/policy/activate-policy.ts'
import type { ActivatePolicyAsk } from '../../bridge/app/policy/activation.ts'
import { createAddPolicyVersion } from '../../bridge/app/policy/add-policy-version.ts'
import { createAdoptPolicyFile } from '../../bridge/app/policy/adopt-policy-file.ts'
import type { TestResult } from '../../bridge/app/policy/check-version.ts'
import { createDeactivatePolicy } from '../../bridge/app/policy/deactivate-policy.ts'
import type { Person } from '../../bridge/app/policy/person.ts'
import { createSwitchFallback } from '../../bridge/app/policy/switch-fallback.ts'
import { createWithdrawProposal } from '../../bridge/app/policy/withdraw-proposal.ts'
import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { DocumentProblem } from '../../bridge/domain/policy/document-problem.ts'
import { compareSessions, jsonPolicy, readJsonPolicy } from './json-policy.ts'
import { ordinaryAccount } from './memory-people.ts'

export const ada: Person = { id: 'ada-id', name: 'ada' }
export const bob: Person = { id: 'bob-id', name: 'bob' }
export const because = 'the new office has other addresses'
export const day = 86_400_000

/** All that people can do with policies, over one store, with a clock that the test sets. */
export const createPolicyDesk = (unitOfWork: UnitOfWork, startAt = 1_800_000_000_000) => {
  let now = startAt
  /** What the checks and golden tests come to; a test may fill them. */
  const found: { problems: DocumentProblem[]; tests: TestResult[] } = { problems: [], tests: [] }
  /** Accounts as Keycloak has them, the same in every realm; of all others it knows nothing. */
  const accounts = new Map<string, PersonFacts>([ada, bob].map(({ id, name }) => [id, ordinaryAccount(id, name)]))
  const people: Pick<People, 'find'> = {
    find: async (_realm, ids) =>
      new Map(ids.flatMap((id) => (accounts.has(id) ? [[id, accounts.get(id) ?? ordinaryAccount(id)] as const] : []))),
  }
  const deps = {
    unitOfWork,
    clock: () => now,
    sha256,
    readPolicy: readJsonPolicy,
    checkPolicy: () => ({ problems: found.problems }),
    runGoldenTests: () => found.tests,
    comparePolicies: compareSessions,
    people,
  }
  const addVersion = createAddPolicyVersion(deps)
  const activatePolicy = createActivatePolicy(deps)

  return {
    deps,
    found,
    /** Changes an account, or takes it away. */
    account: (id: string, differs: Partial<PersonFacts> | undefined) => {
      if (differs === undefined) accounts.delete(id)
      else accounts.set(id, { ...ordinaryAccount(id), ...differs })
    },
    clock: deps.clock,
    advance: (ms: number) => {
      now += ms
    },
    addVersion,
    activatePolicy,
    deactivate: createDeactivatePolicy(deps),
    switchFallback: createSwitchFallback(deps),
    withdraw: createWithdrawProposal(deps),
    adoptFile: createAdoptPolicyFile(deps),
    /** Adds a policy whose sessions last so long, and gives its digest. */
    add: async (realm: RealmName, sessionSeconds: number, person = ada): Promise<string> => {
      const added = await addVersion({ realm, text: jsonPolicy({ sessionSeconds }), person })
      if (added.outcome === 'refused') throw new Error(added.reason)
      return added.version.digest
    },
    /** Proposes as Ada, confirms as Bob. */
    activateByTwo: async (ask: Omit<ActivatePolicyAsk, 'person'>) => {
      await activatePolicy({ ...ask, person: ada })
      const outcome = await activatePolicy({ ...ask, person: bob })
      return outcome
    },
    active: async (realm: RealmName) => (await unitOfWork((tx) => tx.policies.inForce(realm, 'app', now))).digest,
    proposal: (realm: RealmName) => unitOfWork((tx) => tx.policies.findProposal(realm)),
    history: (realm: RealmName) => unitOfWork((tx) => tx.policyHistory.list(realm)),
    events: async (realm: RealmName) =>
      (await unitOfWork((tx) => tx.policyHistory.list(realm))).map(({ event }) => event),
  }
}

let realms = 0
/** A realm of the test's own. */
export const freshRealm = (): RealmName => {
  realms += 1
  return asId(`realm-${realms}`)
}
