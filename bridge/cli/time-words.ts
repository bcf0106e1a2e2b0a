import { durationWords } from '../policy/duration-words.ts'

/** `2026-03-01 08:30:15 UTC`: never mistaken for another day. */
export const timeWords = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

const minute = 60
const hour = 3_600
const day = 86_400

/** A span as short as a table has room for: `40s`, `12m`, `3h 05m`, `2d 4h`. */
export const shortSpan = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < minute) return `${seconds}s`
  if (seconds < hour) return `${Math.floor(seconds / minute)}m`
  if (seconds < day) {
    return `${Math.floor(seconds / hour)}h ${String(Math.floor((seconds % hour) / minute)).padStart(2, '0')}m`
  }
  return `${Math.floor(seconds / day)}d ${Math.floor((seconds % day) / hour)}h`
}

/** When something ends, and how long that is from now: `in 4 minutes 10 seconds (2026-…)`, or `over since …`. */
export const untilWords = (end: number, now: number): string =>
  end > now
    ? `${durationWords(Math.ceil((end - now) / 1000))} left, until ${timeWords(end)}`
    : `over since ${timeWords(end)}`

const spans: Readonly<Record<string, number>> = { m: minute, h: hour, d: day }

/**
 * A time as people give it: a day (its beginning in UTC), a time with its offset, or how long ago (`90m`, `24h`, `7d`).
 * Undefined for anything else.
 */
export const readTime = (text: string, now: number): number | undefined => {
  const ago = /^([0-9]{1,5})([mhd])$/.exec(text)
  if (ago !== null) return now - Number(ago[1]) * (spans[ago[2] ?? ''] ?? 0) * 1000
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
  const at = isTime ? Date.parse(text) : Number.NaN
  // A day that the month does not have would be read as one of the next month.
  return Number.isNaN(at) || (!text.includes('T') && new Date(at).toISOString().slice(0, 10) !== text) ? undefined : at
}
