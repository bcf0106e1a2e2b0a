import type { StepAnswer } from '../../domain/step-answer.ts'

export const answerType = 'fallback-answer+jwt'
/** Life of an answer, in seconds. */
export const answerLifetimeSeconds = 60

const seconds = (instant: number): number => Math.floor(instant / 1000)

/** Claims of an answer as they travel: times in seconds, absent members left out. */
export const answerClaims = (answer: StepAnswer): Record<string, unknown> => {
  switch (answer.kind) {
    case 'granted':
      return { ...answer, endsAt: seconds(answer.endsAt) }
    case 'wait':
      return { ...answer, since: seconds(answer.since), until: seconds(answer.until) }
    case 'denied':
      return answer.retryAt === undefined ? { ...answer } : { ...answer, retryAt: seconds(answer.retryAt) }
    case 'code':
    case 'choose':
    case 'local_check':
    case 'cancelled':
    case 'enrol':
    case 'enrolled':
      return { ...answer }
  }
}
