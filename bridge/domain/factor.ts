import type { FactorHandle, Instant } from './ids.ts'

/** A factor the user owns, as Keycloak reports it; an older jar tells no age. */
export type OwnedFactor =
  | { type: 'bridge-totp'; handle: FactorHandle; createdAt?: Instant }
  | { type: 'keycloak-otp'; createdAt?: Instant }
