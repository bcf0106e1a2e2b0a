import type { FallbackCase } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import { type Decision, termsOf } from '../../domain/policy/decision.ts'
import type { ReviewReason } from '../../domain/review/review.ts'
import { blindPercent, isSampled } from '../../domain/review/sample.ts'
import type { Approval } from '../people-ports.ts'

/**
 * Why a case that let somebody in is looked at afterwards: the glass was broken, an approval was spoken, the subject is
 * privileged, or it falls into the sample of its profile; the gravest reason counts. Some are looked at twice, the second
 * time by somebody who does not see what the first one found.
 */
export const reviewReasonsOf = (
  sha256: Sha256,
  { id, profile }: FallbackCase,
  decision: Decision | undefined,
  approvals: readonly Approval[],
): readonly ReviewReason[] => {
  const percent = (decision === undefined ? undefined : termsOf(decision)?.review.samplePercent) ?? 100
  const reasons: ReviewReason[] = [
    ...reasonIf(profile === 'break-glass', 'break_glass'),
    ...reasonIf(
      approvals.some(({ recordedBy }) => recordedBy !== undefined),
      'verbal',
    ),
    ...reasonIf((decision?.assessment?.tier ?? 'privileged') === 'privileged', 'privileged'),
    ...reasonIf(isSampled(sha256, id, percent, 'review'), 'sampled'),
  ]
  const [gravest] = reasons
  if (gravest === undefined) return []
  return isSampled(sha256, id, blindPercent, 'blind') ? [gravest, 'blind'] : [gravest]
}

const reasonIf = (holdsTrue: boolean, reason: ReviewReason): ReviewReason[] => (holdsTrue ? [reason] : [])
