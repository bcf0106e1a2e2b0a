import type { Instant } from '../ids.ts'

/** Hours of one band. */
const hoursOfBand = 4

/** The four hours of the day that a time lies in, `08:00-12:00`, on the clocks of a time zone. */
export const timeBandOf = (at: Instant, timeZone: string): string => {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' })
      .formatToParts(at)
      .find(({ type }) => type === 'hour')?.value,
  )
  const from = Math.floor(hour / hoursOfBand) * hoursOfBand
  return `${clock(from)}-${clock(from + hoursOfBand)}`
}

const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
