import { verificationMethods } from './ceilings.ts'
import { type DocumentProblem, problemIf } from './document-problem.ts'
import type { Policy } from './policy.ts'

/** Where each approver needs a way of their own, there is one for every approval that is asked for (S01, I4). */
export const checkMethods = (policy: Policy): readonly DocumentProblem[] =>
  policy.profiles.flatMap(({ name, approvals, methods = verificationMethods, distinctMethods }) => {
    const asked = approvals.reduce((total, { count }) => total + count, 0)
    return problemIf(
      distinctMethods === true && methods.length < asked,
      ['profiles', name, 'distinctMethods'],
      'methods_too_few',
      `must be left out: ${asked} approvals need as many ways to make sure who asks, and there are ${methods.length} (S01).`,
    )
  })
