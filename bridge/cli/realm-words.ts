import { type WayAround, wayAroundTexts } from '../domain/realm/prove-flow.ts'
import { type Refusal, refusalTexts } from '../domain/realm/refusal.ts'
import type { Verification } from '../domain/realm/verify-realm.ts'
import { type CommandAnswer, notPassed } from './command-answer.ts'

/** Everything that stands in the way, each with its place and what to do. */
export const refusalLines = (refusals: readonly Refusal[]): readonly string[] =>
  refusals.map(({ code, at }) => `${at}\n  ${refusalTexts[code]} [${code}]`)

/** The realm was left as it is, and why. */
export const refusedAnswer = (realm: string, refusals: readonly Refusal[]): CommandAnswer =>
  notPassed([`Nothing was changed in ${realm}.`, ...refusalLines(refusals)].join('\n'), {
    outcome: 'refused',
    realm,
    refusals: refusals.map((one) => ({ ...one, sentence: refusalTexts[one.code] })),
  })

/** Ways around the fallback's rules. */
export const wayLines = (ways: readonly WayAround[]): readonly string[] =>
  ways.map(({ code, at }) => `! ${at}\n  ${wayAroundTexts[code]} [${code}]`)

/** What a verification found, in words. */
export const verificationLines = ({ drift, ways, refusals, proved }: Verification): readonly string[] => [
  ...refusalLines(refusals),
  ...wayLines(ways),
  ...drift.map((line) => `drift: ${line}`),
  ...(ways.length === 0
    ? proved.map((flow) => `proved: no way through "${flow}" reaches the fallback without a failed watch step.`)
    : []),
]
