import { canonicalJson } from '../canonical-json.ts'
import type { Example } from './compare-decisions.ts'
import type { Facts } from './facts.ts'
import { plain } from './field-change.ts'
import { ordinaryLogin, ordinaryTime, ownersOf } from './ordinary-login.ts'
import { type FactsPatch, type Policy, type RemovableFact, removableFacts } from './policy.ts'

/**
 * A recorded login as it would meet a version today: moved to a time at which the version's paths are approved, and
 * with the owners that only the version names taken for enabled. Ages and spans stay what they were.
 */
export const meetAgain = (policy: Policy, facts: Facts): Facts => {
  const later = Math.max(0, ordinaryTime(policy) - facts.at)
  const { firstFactor, account } = facts
  return {
    ...facts,
    at: facts.at + later,
    ...(firstFactor === undefined ? {} : { firstFactor: { ...firstFactor, at: firstFactor.at + later } }),
    available: facts.available.map(({ check, createdAt }) => ({
      check,
      ...(createdAt === undefined ? {} : { createdAt: createdAt + later }),
    })),
    account: { ...account, lockedUntil: account.lockedUntil === null ? null : account.lockedUntil + later },
    owners: { ...Object.fromEntries(ownersOf(policy).map((name) => [name, 'enabled' as const])), ...facts.owners },
  }
}

/** How facts differ from an ordinary login, as a golden test would write it. */
export const differencesOf = (policy: Policy, facts: Facts): Example => {
  const base = ordinaryLogin(policy, facts.at)
  const differs = (name: keyof Facts): boolean =>
    facts[name] !== undefined && canonicalJson(plain(facts[name])) !== canonicalJson(plain(base[name]))
  const names = [
    'realm',
    'client',
    'switchedOff',
    'requiredLevel',
    'requestedLevel',
    'roles',
    'groups',
    'zones',
    'device',
    'outsideHours',
    'disputes',
    'outage',
    'rolloutBucket',
    'owners',
  ] as const
  const { failure, firstFactor, account, available, at } = facts
  const seconds = (since: number): number => Math.max(0, Math.floor((at - since) / 1000))
  const { lockedUntil, ...counters } = account
  const changed: FactsPatch = {
    ...(Object.fromEntries(names.filter(differs).map((name) => [name, facts[name]])) as FactsPatch),
    at,
    ...(failure !== undefined && differs('failure')
      ? { failure: { class: failure.class, count: failure.count, credentialType: failure.credentialType } }
      : {}),
    ...(firstFactor !== undefined && differs('firstFactor')
      ? { firstFactor: { ageSeconds: seconds(firstFactor.at) } }
      : {}),
    ...(differs('available')
      ? {
          available: available.map(({ check, createdAt }) => ({
            check,
            ...(createdAt === undefined ? {} : { ageSeconds: seconds(createdAt) }),
          })),
        }
      : {}),
    ...(differs('account')
      ? {
          account: {
            ...counters,
            ...(lockedUntil === null ? {} : { lockedForSeconds: Math.max(0, Math.ceil((lockedUntil - at) / 1000)) }),
          },
        }
      : {}),
  }
  const missing = removableFacts.filter((name: RemovableFact) => facts[name] === undefined)
  return { facts: changed, missing }
}
