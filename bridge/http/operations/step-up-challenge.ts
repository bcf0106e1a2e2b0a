import type { SignInDemand } from '../../app/operations/recent-sign-in.ts'
import type { ErrorCode } from '../../domain/errors.ts'

/**
 * What `WWW-Authenticate` says to a refused token (RFC 6750, RFC 9470); undefined for any other refusal. The values come
 * from the settings, whose alphabet needs no quoting.
 */
export const challengeOf = (code: ErrorCode, { maxAgeMs, acceptedAcr }: SignInDemand): string | undefined => {
  switch (code) {
    case 'token_missing':
      return 'Bearer'
    case 'token_refused':
      return 'Bearer error="invalid_token", error_description="The token is not one that is taken here"'
    case 'step_up_needed':
      return [
        'Bearer error="insufficient_user_authentication"',
        'error_description="This act needs a fresh sign-in at a sufficient level"',
        ...(acceptedAcr === undefined ? [] : [`acr_values="${acceptedAcr.join(' ')}"`]),
        `max_age="${Math.floor(maxAgeMs / 1000)}"`,
      ].join(', ')
    default:
      return undefined
  }
}
