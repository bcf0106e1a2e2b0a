import { terminalText } from '../domain/terminal-text.ts'
import { readExport } from '../operations-client/read-export.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'

/** Checks the signature of an export by the key that its header names. */
export type OpenExport = (
  text: string,
) => Promise<
  | { outcome: 'opened'; thumbprint: string; payload: string }
  | { outcome: 'refused'; because: 'malformed' | 'signature' }
>

export type CaseExportDeps = Pick<CaseCommandDeps, 'withOperations'> & {
  openExport: OpenExport
  isThere: (file: string) => boolean
  /** Both write a file for this user alone; the first never over another one. */
  writeNewFile: (file: string, bytes: Uint8Array) => 'written' | 'exists' | 'failed'
  replaceFile: (file: string, bytes: Uint8Array) => 'written' | 'failed'
}

export type ExportOptions = OperationsOptions & { out?: string; force?: boolean }

/** `case export <case>`: fetches the signed story of a case and keeps it in a file. */
export const createCaseExport =
  ({ withOperations, openExport, isThere, writeNewFile, replaceFile }: CaseExportDeps) =>
  async (id: string, options: ExportOptions): Promise<CommandAnswer> => {
    const out = options.out ?? `${id}.fallback-case`
    const mayReplace = options.force === true
    if (out !== '-' && !mayReplace && isThere(out)) return fileExists
    return withOperations(options, async (operations) => {
      const got = await operations.exportCase(id)
      if (got.outcome !== 'done') return operationsFault(got, id)
      const signed = got.value.export
      const opened = await openExport(signed)
      const read = opened.outcome === 'opened' ? readExport(opened.payload) : opened
      if (opened.outcome !== 'opened' || read.outcome !== 'read' || read.told.case.id !== id) return unreadable
      if (out === '-') return done(signed, { export: signed })
      const bytes = new TextEncoder().encode(`${signed}\n`)
      const written = mayReplace ? replaceFile(out, bytes) : writeNewFile(out, bytes)
      if (written === 'exists') return fileExists
      if (written === 'failed') return fileFailed
      const { thumbprint } = opened
      const entries = read.told.history.length
      return done(
        [
          `Written to ${terminalText(out)}: ${entries} entries of history, signed by ${thumbprint}.`,
          'It holds personal data of everybody who took part. Keep it like the case itself.',
          `Check it, without the bridge: fallback-bridge case verify ${terminalText(out)} --thumbprint <as the realm’s flow pins it>`,
        ].join('\n'),
        { case: id, file: out, thumbprint, entries },
      )
    })
  }

const fileExists = faulty(
  'refused',
  'file_exists',
  'A file of this name is there already.',
  'Give another name with --out, or --force to replace it.',
)
const fileFailed = faulty('refused', 'file_unwritable', 'The file cannot be written.', 'Look at --out and its folder.')
const unreadable = faulty(
  'refused',
  'export_unreadable',
  'What came is no signed export of this case; nothing was written.',
  'Look at --url, and whether this command and the bridge are of one version.',
)
