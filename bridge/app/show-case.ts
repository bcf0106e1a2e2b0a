import type { FallbackCase } from '../domain/case.ts'
import { pathOf } from '../domain/decision.ts'
import { asId } from '../domain/ids.ts'
import type { Policy } from '../domain/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'

/**
 * What an awaiting case shows: the field of its path, with the error of the attempt before, if any. A path that the
 * policy in force no longer has is refused.
 */
export const showCase = (
  policy: Policy,
  current: FallbackCase,
  extra: { error?: 'invalid_code'; attempt?: string } = {},
): StepAnswer => {
  const path = pathOf(policy, current.path)
  if (path === undefined) return { kind: 'denied', case: current.id, reason: 'no_path_available', wrongCode: false }
  const common = {
    case: current.id,
    path: path.id,
    alternatives: current.offered.length > 1,
    attemptsLeft: Math.max(0, policy.profile.challenge.attempts - current.attempts),
    ...(extra.error === undefined ? {} : { error: extra.error }),
  }
  switch (path.check) {
    case 'bridge-totp':
      return { kind: 'code', digits: 6, ...common }
    case 'keycloak-otp':
      return {
        kind: 'local_check',
        check: path.check,
        ...common,
        ...(extra.attempt === undefined ? {} : { attempt: asId(extra.attempt) }),
      }
  }
}
