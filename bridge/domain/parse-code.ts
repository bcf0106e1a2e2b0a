const sixDigits = /^[0-9]{6}$/

/**
 * The code if the input is exactly six ASCII digits in one string; undefined for everything else: other scripts'
 * digits, spaces, lists, numbers, other lengths. Nothing is trimmed or normalised, so that no two texts are the same
 * code (B17; CVE-2025-6014).
 */
export const parseCode = (input: unknown): string | undefined =>
  typeof input === 'string' && sixDigits.test(input) ? input : undefined
