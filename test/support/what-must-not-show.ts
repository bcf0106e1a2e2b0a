import { biometricAmr } from '../../bridge/domain/policy/ceilings.ts'

/** RFC 8176 values that speak of a passkey or of what the person is; none may stand in a fallback's amr. */
export const passkeyAmr = [...biometricAmr, 'hwk', 'swk', 'pop', 'user', 'pin']

/** A code or a TOTP key as it would stand in a text: six digits by themselves, or a run of base32. */
export const secretInText = /(?<![0-9A-Za-z])\d{6}(?![0-9A-Za-z])|[A-Z2-7]{16,}/
