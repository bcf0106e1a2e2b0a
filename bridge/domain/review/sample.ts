import type { Sha256 } from '../history.ts'
import type { CaseId } from '../ids.ts'

/** Of the reviews that were sampled or demanded, so many are done a second time, by another person who does not see the first. */
export const blindPercent = 5

/**
 * Whether a case falls into a sample of so many per cent. It follows from the case's id alone, so that nobody who works
 * on a case decides whether it is looked at, and a recount gives the same.
 */
export const isSampled = (sha256: Sha256, id: CaseId, percent: number, purpose: 'review' | 'blind'): boolean =>
  Number.parseInt(sha256(`fallback-bridge/sample/${purpose}\n${id}`).slice(0, 8), 16) % 100 < percent
