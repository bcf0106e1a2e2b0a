const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A time in human units, exactly: 5400 is `1 hour 30 minutes`. */
export const durationWords = (seconds: number): string => {
  let rest = seconds
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? [] : [counted(count, name)]
  })
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}

/** A number with its noun: `1 code`, `5 codes`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The day of a time, in UTC, as a policy writes it. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
