/** A reason has to say something, and to fit on a page; both in UTF-16 code units. */
export const shortestReason = 10
export const longestReason = 500

/** The reason without the space around it; undefined where it is too short, too long, or not plain text. */
export const reasonOf = (given: string | undefined): string | undefined => {
  const reason = given?.trim()
  if (reason === undefined || reason.length < shortestReason || reason.length > longestReason) return undefined
  return reason.isWellFormed() && !/\p{Cc}/u.test(reason) ? reason : undefined
}
