import type { Writable } from 'node:stream'
import winston from 'winston'
import type { Clock, Log, LogFields } from '../app/ports.ts'
import { redact } from './redact.ts'

export type LoggerDeps = {
  clock: Clock
  level: 'error' | 'warn' | 'info'
  /** Where the lines go; standard output in the product. */
  stream: Writable
}

/** `own` is this installation's own: names from its settings, digests it made. Nothing of it comes from a request. */
type Kind = 'text' | 'own' | 'number'

/** The closed list of fields, in the order in which a line shows them. */
const fields: Readonly<Record<keyof LogFields, Kind>> = {
  realm: 'own',
  case: 'text',
  actor: 'text',
  event: 'text',
  action: 'text',
  kind: 'text',
  reason: 'text',
  code: 'text',
  job: 'text',
  attempts: 'number',
  status: 'number',
  durationMs: 'number',
  requestId: 'text',
  problem: 'text',
  server: 'text',
  provider: 'text',
  port: 'number',
  version: 'own',
  error: 'text',
}

const longestText = 200

/**
 * A log of JSON lines: one event, one line, whatever stands in it. Fields that are not on the list are dropped, texts
 * are redacted, unless they are this installation's own, then cut at 200 characters (I11, N08).
 */
export const createLogger = ({ clock, level, stream }: LoggerDeps): Log => {
  const logger = winston.createLogger({
    level,
    format: winston.format.printf((info) => String(info.message)),
    transports: [new winston.transports.Stream({ stream })],
  })
  const write = (lineLevel: LoggerDeps['level']) => (message: string, given?: LogFields) => {
    const line = { at: new Date(clock()).toISOString(), level: lineLevel, message: clean(message), ...listed(given) }
    logger.log({ level: lineLevel, message: oneLine(line) })
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

const listed = (given: Readonly<Record<string, unknown>> = {}): Record<string, string | number> => {
  const kept: Record<string, string | number> = {}
  for (const [name, kind] of Object.entries(fields)) {
    const value = given[name]
    if (kind === 'text' && typeof value === 'string') kept[name] = clean(value)
    // A realm whose name looks like a code is still told apart from the next.
    if (kind === 'own' && typeof value === 'string') kept[name] = cut(value)
    if (kind === 'number' && typeof value === 'number' && Number.isFinite(value)) kept[name] = value
  }
  return kept
}

/** Redacts before cutting, so that a cut never leaves half of a secret that no pattern knows. */
const clean = (text: string): string => cut(redact(text))

const cut = (text: string): string => text.toWellFormed().slice(0, longestText).toWellFormed()

/** Beyond what JSON escapes: other controls, line separators and marks that turn text around. */
const oneLine = (line: object): string =>
  JSON.stringify(line).replace(/[\p{C}\u2028\u2029]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  )
