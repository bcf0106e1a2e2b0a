import type { RealmName } from '../domain/ids.ts'
import { fallbackLevels } from '../domain/policy/fallback-levels.ts'
import { groupsThatDecide } from '../domain/policy/ownership.ts'
import { tellingGroups } from '../domain/policy/telling-groups.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { Clock, UnitOfWork } from './ports.ts'
import type { RealmReport, RealmWatch } from './realm-watch.ts'

/** What a bridge says of itself to who looks after it. Nothing in it is secret: keys are named by their thumbprints. */
export type BridgeFacts = {
  version: string
  protocol: number
  bridgeId: string
  /** RFC 7638 thumbprints of the key that signs answers, and of the one by which it signs in; null where that is a secret. */
  answerKey: string
  clientKey: string | null
  /** `weak` names settings under which a commit that was acknowledged could be lost. */
  database: { engine: 'sqlite' | 'postgres'; weak: readonly string[] }
  realms: readonly RealmFacts[]
}

/** `levels` are those of the active policy; null where none is active. */
export type RealmFacts = {
  name: string
  state: RealmReport['state']
  findings: RealmReport['findings']
  versions: RealmReport['versions'] | null
  levels: { biometric: number; fallback: readonly number[] } | null
  /**
   * Groups and realm roles that the active policy asks to decide, and groups by which it tells people apart; null where none
   * is active.
   */
  asked: { groups: readonly string[]; roles: readonly string[]; telling: readonly string[] } | null
}

export type DescribeBridgeDeps = Omit<BridgeFacts, 'realms' | 'database'> & {
  readDurability: () => Promise<BridgeFacts['database']>
  realmWatch: RealmWatch
  unitOfWork: UnitOfWork
  findPolicy: FindPolicy
  clock: Clock
}

/** Tells how the bridge is set up right now. */
export const createDescribeBridge = (deps: DescribeBridgeDeps) => async (): Promise<BridgeFacts> => {
  const { version, protocol, bridgeId, answerKey, clientKey, unitOfWork, findPolicy, clock } = deps
  const aboutPolicyOf = async (realm: RealmName): Promise<Pick<RealmFacts, 'levels' | 'asked'>> => {
    const { policy } = await unitOfWork((tx) => findPolicy(tx, realm, '', clock()))
    if (policy === undefined) return { levels: null, asked: null }
    return {
      levels: { biometric: policy.assurance.biometricLevel, fallback: fallbackLevels(policy) },
      asked: {
        groups: groupsThatDecide(policy.profiles).map(({ group }) => group),
        roles: [...new Set(policy.authority.map(({ role }) => role))],
        telling: tellingGroups(policy),
      },
    }
  }
  const realms: RealmFacts[] = []
  for (const [name, { state, findings, versions = null }] of deps.realmWatch.current()) {
    realms.push({ name, state, findings, versions, ...(await aboutPolicyOf(name)) })
  }
  return { version, protocol, bridgeId, answerKey, clientKey, database: await deps.readDurability(), realms }
}

export type DescribeBridge = ReturnType<typeof createDescribeBridge>
