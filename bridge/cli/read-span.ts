import { type CommandAnswer, faulty } from './command-answer.ts'
import { readTime } from './time-words.ts'

export type SpanOptions = { since?: string; until?: string }

/** `--since` and `--until` as the API takes them; a usage fault where one is no time. */
export const readSpan = (
  options: SpanOptions,
  now: number,
): { span: { since: string | undefined; until: string | undefined } } | { fault: CommandAnswer } => {
  const since = readOption(options.since, now)
  const until = readOption(options.until, now)
  if (since === false) return { fault: timeFault('--since') }
  if (until === false) return { fault: timeFault('--until') }
  return { span: { since, until } }
}

/** ISO 8601; absent where nothing is given, and false where it cannot be read. */
const readOption = (text: string | undefined, now: number): string | undefined | false => {
  if (text === undefined) return undefined
  const at = readTime(text, now)
  return at === undefined ? false : new Date(at).toISOString()
}

/** A time that cannot be read. */
export const timeFault = (option: string): CommandAnswer =>
  faulty(
    'usage',
    'date_malformed',
    `${option} is no time.`,
    'Give a day or a time in UTC (2027-01-31, 2027-01-31T18:00:00Z), or how long ago (90m, 24h, 7d).',
  )
