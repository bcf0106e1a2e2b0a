/**
 * What a thrown value may tell a log: the code of its cause where it has one, else the class. Never a message, which
 * may quote input (I11).
 */
export const causeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  if (typeof code === 'string') return code
  return cause instanceof Error ? cause.name : typeof cause
}
