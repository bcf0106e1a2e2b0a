const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

/**
 * What looks like a secret, and the mark left in its place. The second net: the first is that no line is built from
 * what a request holds.
 */
const nets: readonly { pattern: RegExp; mark: (found: string) => string }[] = [
  { pattern: /-----BEGIN[\s\S]*?(?:-----END[^-]*-----|$)/g, mark: () => '[pem]' },
  { pattern: /otpauth(?:-migration)?:[^\s"']*/gi, mark: () => '[otpauth]' },
  { pattern: /eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g, mark: () => '[jwt]' },
  // Base32 is written in capitals; in small letters it is told from a word by its digits.
  { pattern: /(?<![A-Z2-7])[A-Z2-7]{16,}=*/g, mark: () => '[base32]' },
  { pattern: /\b(?=[a-z2-7]*[2-7])[a-z2-7]{16,}\b=*/gi, mark: () => '[base32]' },
  // An id of this product may happen to hold six digits in a row; a code never stands inside one.
  {
    pattern: new RegExp(`${uuid}|(?<![0-9])[0-9]{6,8}(?![0-9])|(?<![0-9])[0-9]{3}[ -][0-9]{3}(?![0-9])`, 'gi'),
    mark: (found) => (found.length === 36 ? found : '[digits]'),
  },
]

/** The text with everything masked that looks like a token, a key, an OTP secret or a code. */
export const redact = (text: string): string =>
  nets.reduce((masked, { pattern, mark }) => masked.replace(pattern, mark), text)
