import type { Log, LogFields } from '../../bridge/app/ports.ts'

/** One line as it was given to the log. */
export type LogLine = { level: 'info' | 'warn' | 'error'; message: string; fields: LogFields }

/** A log that keeps its lines. */
export const createRecordingLog = (): Log & { lines: LogLine[] } => {
  const lines: LogLine[] = []
  const write =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields })
    }
  return { lines, info: write('info'), warn: write('warn'), error: write('error') }
}
