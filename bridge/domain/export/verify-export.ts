import { type ChainFault, type Sha256, verifyChain } from '../history.ts'
import type { Policy } from '../policy/policy.ts'
import type { CaseExport } from './case-export.ts'
import { checkAfterwards } from './check-afterwards.ts'
import { checkApprovals } from './check-approvals.ts'
import { checkCase, isOfNoLogin } from './check-case.ts'
import { checkDecision } from './check-decision.ts'
import { checkEvents } from './check-events.ts'
import { checkEvidence } from './check-evidence.ts'
import { type Finding, tampered } from './finding.ts'

/**
 * Checks that an export agrees with itself: the history's chain, every digest and every act against the entry that was
 * written with it, each override event against its entry, and the decision by deciding once more (I8, I13, R37, S05).
 * Who signed it is checked elsewhere. Cannot see entries cut from the history's end before it was exported.
 * @param policy what the policy's text reads as; undefined where it cannot be read
 */
export const verifyExport = (sha256: Sha256, told: CaseExport, policy: Policy | undefined): readonly Finding[] => [
  ...checkChain(sha256, told),
  ...checkTwice(told),
  ...checkCase(told),
  ...checkDecision(sha256, told, policy),
  ...checkApprovals(sha256, told),
  ...checkEvidence(sha256, told),
  ...checkAfterwards(sha256, told),
  ...checkEvents(told),
]

const checkChain = (sha256: Sha256, { history, realm, case: about }: CaseExport): readonly Finding[] => {
  const [first] = history
  if (first === undefined) return [tampered('history_empty', 'history')]
  const isOther = first.realm !== realm || first.case !== about.id
  const isOpening = first.event === 'open' || isOfNoLogin(first.event)
  const fault = verifyChain(sha256, history)
  return [
    ...(isOther ? [tampered('other_case', 'history[0]')] : []),
    ...(isOpening ? [] : [tampered('chain_broken', 'history[0].event')]),
    ...(fault === undefined ? [] : [tampered('chain_broken', `history[${fault.seq - 1}].${memberOf[fault.fault]}`)]),
  ]
}

/** Each list holds a thing once. */
const checkTwice = ({ approvals, evidence, openings, reviews, notices }: CaseExport): readonly Finding[] =>
  Object.entries({
    approvals: approvals.map(({ approval }) => approval),
    evidence: evidence.map(({ id }) => id),
    openings: openings.map((one) => JSON.stringify([one.evidence, one.person])),
    reviews: reviews.map(({ id }) => id),
    notices: notices.map(({ id }) => id),
  }).flatMap(([list, ids]) => {
    const told = new Set<string>()
    return ids.flatMap((id, index) => {
      if (told.has(id)) return [tampered('told_twice', `${list}[${index}]`)]
      told.add(id)
      return []
    })
  })

const memberOf: Readonly<Record<ChainFault['fault'], string>> = {
  sequence: 'seq',
  case: 'case',
  previous: 'previous',
  hash: 'hash',
}
