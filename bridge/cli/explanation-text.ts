import type { Terms } from '../domain/policy/decision.ts'
import type { ExplainedContribution, Explanation } from '../domain/policy/explain-decision.ts'
import { askOf } from '../domain/policy/limits-for.ts'
import { durationWords } from '../policy/duration-words.ts'
import { outcomeWords, pathRefusalWords, reasonWords, remarkWords } from './explanation-words.ts'

/** An explanation as people read it. */
export const explanationText = (why: Explanation): string =>
  [
    `Decision: ${why.outcome}. The person ${outcomeWords[why.outcome]}.`,
    ...(why.reason === null ? [] : [`Because:  ${reasonWords[why.reason]} [${why.reason}]`]),
    ...(why.retryAt === null ? [] : [`Until:    ${new Date(why.retryAt).toISOString()}`]),
    ...(why.rule === null ? [] : [`Rule:     ${why.rule}${rulesBefore(why)}`]),
    ...(why.profile === null ? [] : [`Profile:  ${why.profile}, for a ${why.tier} subject`]),
    ...scoreLines(why),
    ...why.remarks.map((remark) => `Remark:   ${remarkWords[remark]} [${remark}]`),
    'Paths:',
    ...(why.offered.length === 0 ? ['  none is offered'] : []),
    ...why.offered.map(({ id, check, level, acr }) => `  + ${id}: asks for ${check}, level ${level}, acr ${acr}`),
    ...why.notOffered.map(
      ({ id, why: code, missing }) =>
        `  - ${id}: ${pathRefusalWords[code]}${missing.length === 0 ? '' : ` ${missing.join(', ')}`} [${code}]`,
    ),
    ...(why.terms === null ? [] : termLines(why.terms)),
  ].join('\n')

const rulesBefore = ({ rules }: Explanation): string => {
  const open = rules.filter(({ holds }) => holds === 'open').map(({ name }) => name)
  return open.length === 0 ? '' : ` (left open: ${open.join(', ')})`
}

const scoreLines = ({ score, band, bandOfScore }: Explanation): string[] => {
  if (score === null) return []
  const raised = band === bandOfScore ? '' : ` (the score alone: ${bandOfScore})`
  return [
    `Score:    ${score.total} of 100`,
    ...score.contributions.map((one) => `  ${signed(one.points)}  ${one.id}: ${one.why}${tail(one)}`),
    `Band:     ${band}${raised}`,
  ]
}

const tail = ({ because, source }: ExplainedContribution): string =>
  `${because === 'missing' ? ' Not known, so it counts.' : ''} (${source})`

const signed = (points: number): string => (points > 0 ? `+${points}` : String(points)).padStart(4)

const termLines = ({ limits, approvals, evidence, evidenceReview, review, decoy, ...asked }: Terms): string[] => [
  'Terms:',
  `  ${limits.attempts} wrong codes, ${durationWords(limits.challengeSeconds)} to prove a factor`,
  `  ${durationWords(limits.grantSeconds)} to finish the login, a session of ${durationWords(limits.sessionSeconds)} at most`,
  ...approvals.map(({ group, count }) => `  approval by ${count} of ${group}`),
  ...(approvals.length === 0 ? [] : askedLines(asked)),
  ...(decoy === undefined ? [] : [`  the person is a decoy, of ${decoy}: nobody is let in, whatever people say`]),
  ...(evidence === null ? [] : [`  evidence: ${evidence}${evidenceReview ? ', reviewed by somebody else' : ''}`]),
  `  ${review.samplePercent} % of such cases are reviewed within ${durationWords(review.withinSeconds)}`,
]

type AskedTerms = Pick<Terms, 'approvalSeconds' | 'methods' | 'distinctMethods' | 'verbal' | 'ratification'>

const askedLines = ({ verbal, ratification, ...asked }: AskedTerms): string[] => {
  const { approvalSeconds, methods } = askOf(asked)
  const own = asked.distinctMethods === true ? ', each approver in another way' : ''
  return [
    `  ${durationWords(approvalSeconds)} to answer; whoever asks is made sure of by ${methods.join(', ') || 'no way: nobody can approve'}${own}`,
    ...(verbal === undefined ? [] : [`  spoken, if confirmed within ${durationWords(verbal.withinSeconds)}`]),
    ...(ratification === undefined
      ? []
      : [`  ratified afterwards by ${ratification.group} within ${durationWords(ratification.withinSeconds)}`]),
  ]
}
