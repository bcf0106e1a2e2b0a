import { trustOf } from '../domain/failure.ts'
import type { FactorHandle } from '../domain/ids.ts'
import type { Facts } from '../domain/policy/facts.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { DeriveFacts, PolicyInForce } from './policy/policy-ports.ts'
import type { Clock, Transaction } from './ports.ts'
import type { StepContext } from './step-command.ts'

const dayMs = 24 * 3_600_000

export type GatherFactsDeps = { clock: Clock; deriveFacts: DeriveFacts }

/**
 * Collects all that the decision about a login may look at (I13): what Keycloak signed, what the bridge has counted,
 * and what the policy makes of an address and a time. What nobody knows stays absent.
 */
export const createGatherFacts =
  ({ clock, deriveFacts }: GatherFactsDeps) =>
  async (
    tx: Transaction,
    command: StepContext,
    { policy, switchedOff }: { policy: Policy; switchedOff: PolicyInForce['switchedOff'] },
  ): Promise<Facts> => {
    const { realm, user, client } = command.binding
    const { failure, firstFactor, subject } = command
    const at = clock()
    const counters = await tx.subjects.lock(realm, user)
    const facts: Facts = {
      at,
      realm,
      client,
      ...(switchedOff === undefined ? {} : { switchedOff }),
      ...(failure === undefined
        ? {}
        : {
            failure: {
              class: failure.class,
              count: failure.count,
              credentialType: failure.credentialType,
              trust: trustOf(failure.class),
            },
          }),
      ...(firstFactor === undefined ? {} : { firstFactor: { kind: firstFactor.kind, at: firstFactor.at } }),
      available: await availableChecks(tx, command),
      account: {
        lockedUntil: counters.lockedUntil ?? null,
        failuresSinceSuccess: counters.failuresSinceSuccess,
        casesInLastDay: await tx.cases.countOpenedSince(realm, user, at - dayMs),
        grantsInLastWeek: await tx.cases.countGrantedSince(realm, user, at - 7 * dayMs),
      },
      requiredLevel: command.requiredLevel,
      requestedLevel: command.requestedAcr ?? 0,
      ...(subject.roles === undefined ? {} : { roles: subject.roles }),
      ...(subject.groups === undefined ? {} : { groups: subject.groups }),
      ip: command.ip,
      ...(command.device === undefined ? {} : { device: command.device }),
      disputes: await tx.disputes.countSince(realm, user, at - 30 * dayMs),
      // The bridge itself is where an outage would be recorded, and it knows of none.
      outage: false,
      owners: await tx.owners.statesOf(realm),
    }
    return deriveFacts(policy, facts, user)
  }

/**
 * A TOTP of the bridge counts only if Keycloak still lists its handle and the bridge confirmed it (authentik #2330). It is as
 * old as its first code: the page that shows its secret can have been opened long before.
 */
const availableChecks = async (
  tx: Transaction,
  { binding, factors, completed }: StepContext,
): Promise<Facts['available']> => {
  const handles = factors.flatMap((factor): FactorHandle[] => (factor.type === 'bridge-totp' ? [factor.handle] : []))
  const confirmed = await tx.factors.findConfirmed(binding.realm, binding.user, handles)
  const passkeys = completed.slice(0, 1).map(({ at }) => ({ check: 'completed-passkey' as const, createdAt: at }))
  const frozen = await tx.disputes.frozenSince(binding.realm, binding.user)
  const totp = confirmed
    .filter(({ createdAt }) => !isFrozen({ check: 'bridge-totp', createdAt }, frozen))
    .map(({ confirmedAt }) => ({
      check: 'bridge-totp' as const,
      ...(confirmedAt === undefined ? {} : { createdAt: confirmedAt }),
    }))
  const local = factors.flatMap((factor) =>
    factor.type === 'keycloak-otp'
      ? [{ check: factor.type, ...(factor.createdAt === undefined ? {} : { createdAt: factor.createdAt }) }]
      : [],
  )
  return [...passkeys, ...totp, ...local].filter((one) => !isFrozen(one, frozen))
}

/** A way that somebody else used counts again only with a factor that was set up after it was said (E10). */
const isFrozen = (
  { check, createdAt }: Facts['available'][number],
  frozen: Readonly<Record<string, number>>,
): boolean => {
  const since = frozen[check]
  return since !== undefined && (createdAt === undefined || createdAt <= since)
}

export type GatherFacts = ReturnType<typeof createGatherFacts>
