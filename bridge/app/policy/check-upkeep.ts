import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { People } from '../people-ports.ts'
import type { Clock, Keycloak, UnitOfWork } from '../ports.ts'
import type { Finding } from '../realm-watch.ts'
import { createCheckDeciders } from './check-deciders.ts'
import type { FindPolicy } from './find-policy.ts'
import { createKnowDeciders } from './know-deciders.ts'
import type { OwnerState } from './policy-ports.ts'

export type CheckUpkeepDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  findPolicy: FindPolicy
  keycloak: Pick<Keycloak, 'ownerStates'>
  people: Pick<People, 'membersOf'>
  /** Whether the settings name an attribute that tells of managers. */
  knowsManagers: boolean
  /** Milliseconds between two looks at a realm. */
  everyMs: number
  /** Digest of the file named by the settings, if one is; it is told where another policy is active. */
  fileDigest: string | undefined
}

/** How long before its review date a path is told of (R13). */
const reviewNoticeMs = 14 * 86_400_000

/**
 * Looks after a realm's active policy: asks Keycloak whether its owners' accounts can be used and remembers the answer
 * for decisions (R10), counts who could decide, and finds what needs a person soon. A realm whose owners were never looked
 * up escalates. Where it cannot be told who could decide, that is one finding more.
 * @throws BridgeError keycloak_unreachable, keycloak_refused; what was known of the owners then stays
 */
export const createCheckUpkeep = ({
  unitOfWork,
  clock,
  findPolicy,
  keycloak,
  fileDigest,
  ...deps
}: CheckUpkeepDeps) => {
  const checkDeciders = createCheckDeciders(deps.people, deps)
  const knowDeciders = createKnowDeciders({ checkDeciders, clock, everyMs: deps.everyMs })
  return async (realm: RealmName): Promise<readonly Finding[]> => {
    const { policy, switchedOff } = await unitOfWork((tx) => findPolicy(tx, realm, '', clock()))
    if (policy === undefined) return [finding('no_active_policy', texts.noActivePolicy)]
    const states = await keycloak.ownerStates(realm, ownersOf(policy))
    await unitOfWork((tx) => tx.owners.saveStates(realm, states, clock()))
    return [
      ...(switchedOff === undefined ? [] : [finding('fallback_switched_off', texts.switchedOff)]),
      ...ownerFindings(policy, states),
      ...(await knowDeciders(realm, policy)),
      ...reviewFindings(policy, clock()),
      ...(fileDigest === undefined || fileDigest === policy.digest
        ? []
        : [finding('policy_file_differs', texts.policyFileDiffers)]),
    ]
  }
}

/** Every user name that answers for a part of the policy, each once. */
export const ownersOf = (policy: Policy): readonly string[] => [
  ...new Set([policy, ...policy.profiles, ...policy.paths].flatMap(({ owner, deputy }) => [owner, deputy])),
]

const ownerFindings = (policy: Policy, states: Readonly<Record<string, OwnerState>>): Finding[] => {
  const orphaned = policy.profiles.filter(({ owner }) => states[owner] !== 'enabled').map(({ name }) => name)
  const away = ownersOf(policy).filter((name) => states[name] !== 'enabled')
  if (orphaned.length > 0) {
    const text = `No enabled account owns ${listed('profile', orphaned)}: every such fallback needs an approval. Name another owner in the policy.`
    return [finding('policy_owner_missing', text)]
  }
  if (away.length === 0) return []
  const text = `${listed('policy owner', away)} cannot be reached under an enabled account. Name somebody else in the policy.`
  return [finding('policy_owner_missing', text)]
}

const reviewFindings = (policy: Policy, now: Instant): Finding[] => {
  const over = policy.paths.filter(({ reviewBy }) => reviewBy <= now).map(({ id }) => id)
  const soon = policy.paths.filter(({ reviewBy }) => reviewBy > now && reviewBy - now <= reviewNoticeMs)
  const due = soon.map(({ id, reviewBy }) => `${id} (${new Date(reviewBy).toISOString().slice(0, 10)})`)
  return [
    ...(over.length === 0
      ? []
      : [finding('path_review_over', `Past its review date and not offered any more: ${listed('path', over)}.`)]),
    ...(due.length === 0
      ? []
      : [
          finding(
            'path_review_due',
            `To be reviewed within 14 days, then not offered any more: ${listed('path', due)}.`,
          ),
        ]),
  ]
}

const listed = (what: string, names: readonly string[]): string => `${what} ${names.join(', ')}`

const finding = (code: Finding['code'], text: string): Finding => ({ severity: 'warn', code, text })

const texts = {
  noActivePolicy:
    'No policy is active in this realm: every fallback is refused. Activate one with `fallback-bridge policy activate`.',
  switchedOff:
    'The fallback is switched off in this realm: every fallback is refused. `fallback-bridge policy on` ends that.',
  policyFileDiffers:
    'The file FALLBACK_BRIDGE_POLICY_FILE is not the active policy; it counts only in a realm that never had one. Activate it, or remove the setting.',
} as const

export type CheckUpkeep = ReturnType<typeof createCheckUpkeep>
