/** Parts that nobody has together, written down anew, not read from the product's table. */
const apart: readonly (readonly [string, string])[] = [
  ...['approver', 'verbal_approver', 'recorder', 'evidence_reviewer', 'ratifier', 'reviewer'].map(
    (part) => ['subject', part] as const,
  ),
  ...['evidence_reviewer', 'ratifier', 'reviewer', 'recorder', 'verbal_approver'].map(
    (part) => ['approver', part] as const,
  ),
  ...['evidence_reviewer', 'ratifier', 'reviewer', 'recorder'].map((part) => ['verbal_approver', part] as const),
  ...['evidence_reviewer', 'ratifier', 'reviewer'].map((part) => ['recorder', part] as const),
  ['evidence_giver', 'evidence_reviewer'],
  ['evidence_reviewer', 'ratifier'],
  ['evidence_reviewer', 'reviewer'],
  ['ratifier', 'reviewer'],
]
const onceOnly = ['approver', 'verbal_approver', 'evidence_reviewer', 'ratifier', 'reviewer']

/** What is wrong with the parts that one natural person had on one case; undefined where nothing is. */
export const whyWrong = (had: readonly string[]): string | undefined => {
  const twice = onceOnly.find((part) => had.filter((one) => one === part).length > 1)
  if (twice !== undefined) return `twice ${twice}`
  return apart.find(([one, other]) => had.includes(one) && had.includes(other))?.join(' and ')
}

/** Whether each place can have a person of its group, by trying all ways. */
export const canSeat = (places: readonly string[], people: readonly (readonly string[])[]): boolean => {
  const [group, ...rest] = places
  if (group === undefined) return true
  return people.some(
    (groups, at) =>
      groups.some((one) => one === group || one.startsWith(`${group}/`)) && canSeat(rest, people.toSpliced(at, 1)),
  )
}
