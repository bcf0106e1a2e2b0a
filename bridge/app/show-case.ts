import type { FallbackCase } from '../domain/case.ts'
import { asId } from '../domain/ids.ts'
import type { OfferedPath, Terms } from '../domain/policy/decision.ts'
import type { StepAnswer } from '../domain/step-answer.ts'

/** The offered path that the case walks. */
export const pathOf = (terms: Terms, current: FallbackCase): OfferedPath | undefined =>
  terms.paths.find(({ id }) => id === current.path)

/** What an awaiting case shows: the field of its path, with the error of the attempt before, if any. */
export const showCase = (
  terms: Terms,
  current: FallbackCase,
  extra: { error?: 'invalid_code'; attempt?: string } = {},
): StepAnswer => {
  const path = pathOf(terms, current)
  if (path === undefined) return { kind: 'denied', case: current.id, reason: 'no_path_available', wrongCode: false }
  const common = {
    case: current.id,
    path: path.id,
    alternatives: current.offered.length > 1,
    attemptsLeft: Math.max(0, terms.limits.attempts - current.attempts),
    ...(extra.error === undefined ? {} : { error: extra.error }),
  }
  switch (path.check) {
    case 'bridge-totp':
      return { kind: 'code', digits: 6, ...common }
    case 'keycloak-otp':
    case 'completed-passkey':
      return {
        kind: 'local_check',
        check: path.check,
        ...common,
        ...(extra.attempt === undefined ? {} : { attempt: asId(extra.attempt) }),
      }
  }
}
