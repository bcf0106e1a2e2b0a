import { readFileSync } from 'node:fs'
import { comparePolicies } from '../../bridge/domain/policy/compare-policies.ts'
import { decide } from '../../bridge/domain/policy/decide.ts'
import { factSpace } from '../../bridge/domain/policy/fact-space.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { readPolicy } from '../../bridge/policy/read-policy.ts'
import { percentilesOf } from './percentiles.ts'

/** Decisions of the engine alone, under the standard pack: no database, no network, one thread. */
export type DecisionFigures = {
  /** Different logins, decided in turn. */
  logins: number
  decisionsPerSecond: number
  /** Microseconds of one decision, each measured by itself. */
  decision: { p50: number; p95: number; p99: number }
  /** Milliseconds of comparing the standard pack with the remote one, the median of three. */
  comparisonMs: number
}

/** Decides generated logins of every kind for some seconds; most of them are not ordinary ones. */
export const measureDecisions = ({
  seconds = 3,
  tell,
}: {
  seconds?: number
  tell: (line: string) => void
}): DecisionFigures => {
  const policy = readPack('standard')
  const logins = factSpace([policy], { seed: 1, sample: 3000 }).points.map(({ facts }) => facts)
  const decideAll = (): void => {
    for (const facts of logins) decide(policy, facts)
  }
  tell(`the engine alone: ${logins.length} different logins, for ${seconds} s`)
  decideAll()
  const startedAt = performance.now()
  let rounds = 0
  while (performance.now() - startedAt < seconds * 1000) {
    decideAll()
    rounds += 1
  }
  const perSecond = (rounds * logins.length * 1000) / (performance.now() - startedAt)
  const times = logins.map((facts) => microseconds(() => decide(policy, facts)))
  tell('two packs compared')
  const remote = readPack('remote')
  const comparisons = Array.from({ length: 3 }, () => microseconds(() => comparePolicies(policy, remote)) / 1000)
  return {
    logins: logins.length,
    decisionsPerSecond: Math.round(perSecond),
    decision: percentilesOf(times),
    comparisonMs: Math.round(comparisons.sort((a, b) => a - b)[1] ?? 0),
  }
}

const microseconds = (act: () => unknown): number => {
  const startedAt = performance.now()
  act()
  return (performance.now() - startedAt) * 1000
}

const readPack = (name: string): Policy => {
  const file = new URL(`../../bridge/policy/packs/${name}.yaml`, import.meta.url)
  const reading = readPolicy(readFileSync(file, 'utf8'), { file: `${name}.yaml` })
  if ('problems' in reading) throw new Error(`The pack ${name} has problems: ${JSON.stringify(reading.problems)}`)
  return reading.policy
}
