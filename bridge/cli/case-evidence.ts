import { type AttachmentType, evidenceBounds } from '../domain/evidence.ts'
import { terminalLines } from '../domain/terminal-text.ts'
import type { EvidenceLine } from '../operations-client/answers.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { tableLines } from './text-table.ts'
import { timeWords } from './time-words.ts'

export type CaseEvidenceDeps = CaseCommandDeps & {
  /** A file's bytes; undefined where it cannot be read. */
  readBytes: (file: string) => Uint8Array | undefined
  /** Writes a file that is not there yet, for this user alone. */
  writeNewFile: (file: string, bytes: Uint8Array) => 'written' | 'exists' | 'failed'
  isThere: (file: string) => boolean
  /** SHA-256 of bytes, as lower-case hexadecimal digits. */
  sha256OfBytes: (bytes: Uint8Array) => string
}

export type AddOptions = OperationsOptions & { item: string; text?: string; file?: string }

/** `case evidence list`, `add` and `open`. */
export const createCaseEvidence = (deps: CaseEvidenceDeps) => {
  const { withOperations, ask, readBytes, writeNewFile, isThere, sha256OfBytes } = deps

  const list = (id: string, options: OperationsOptions): Promise<CommandAnswer> =>
    withOperations(options, async (operations) => {
      const listed = await operations.listEvidence(id)
      if (listed.outcome !== 'done') return operationsFault(listed, id)
      return done(listText(listed.value), listed.json)
    })

  const add = async (id: string, options: AddOptions): Promise<CommandAnswer> => {
    const content = await getContent(options)
    if ('answer' in content) return content.answer
    return withOperations(options, async (operations) => {
      const added = await operations.addEvidence(id, options.item, content.value)
      if (added.outcome !== 'done') return operationsFault(added, id)
      const { evidence, late, missing } = added.value
      return done(
        [
          `Added: ${evidence}`,
          ...(late ? ['The person was let in already, so it is marked as late.'] : []),
          missing.length === 0 ? 'Nothing is missing now.' : `Still missing: ${missing.join(', ')}`,
        ].join('\n'),
        added.json,
      )
    })
  }

  const open = async (
    id: string,
    evidence: string,
    options: OperationsOptions & { out?: string },
  ): Promise<CommandAnswer> => {
    const { out } = options
    if (out !== undefined && isThere(out)) return fileExists
    return withOperations(options, async (operations) => {
      const opened = await operations.openEvidence(id, evidence)
      if (opened.outcome !== 'done') return operationsFault(opened, id)
      const { item, kind, sha256 } = opened.value
      const bytes = bytesOf(opened.json)
      if (bytes === undefined || sha256OfBytes(bytes) !== sha256) return contentChanged
      if (out !== undefined) {
        const written = writeNewFile(out, bytes)
        if (written === 'exists') return fileExists
        if (written === 'failed') return fileFailed
        return done(`Written to ${out}: ${item}, ${kind}, ${bytes.length} bytes. That you opened it is noted.`, {
          item,
          kind,
          sha256,
          file: out,
        })
      }
      if ('text' in opened.value) {
        return done(`${item}, ${kind}:\n${terminalLines(new TextDecoder().decode(bytes), '  | ')}`, opened.json)
      }
      return done(
        `${item}, ${opened.value.mediaType}, ${bytes.length} bytes. That you opened it is noted.\nGive --out to write it to a file and look at it.`,
        opened.json,
      )
    })
  }

  return { list, add, open }

  async function getContent({
    text,
    file,
  }: AddOptions): Promise<
    { value: { text: string } | { mediaType: AttachmentType; content: string } } | { answer: CommandAnswer }
  > {
    if (text !== undefined && file !== undefined) return { answer: oneContent }
    if (file === undefined) {
      const typed = text ?? (await ask('Text: '))
      return typed === undefined || typed.trim() === '' ? { answer: oneContent } : { value: { text: typed } }
    }
    const bytes = readBytes(file)
    if (bytes === undefined) return { answer: fileUnreadable }
    const mediaType = mediaTypeOf(bytes)
    if (mediaType === undefined || bytes.length > evidenceBounds.attachmentBytes) return { answer: fileUnfit }
    return { value: { mediaType, content: Buffer.from(bytes).toString('base64') } }
  }
}

const listText = (listed: {
  items: readonly EvidenceLine[]
  missing: readonly string[]
  opened: readonly string[]
}): string => {
  const { items, missing, opened } = listed
  const rows = items.map(({ id, item, kind, size, by, at, late }) => [
    id,
    item,
    kind,
    `${size} bytes`,
    by.name,
    timeWords(at),
    [...(late ? ['LATE'] : []), opened.includes(id) ? 'opened by you' : 'not opened by you'].join(', '),
  ])
  return [
    ...(items.length === 0
      ? ['There is no evidence yet.']
      : tableLines(['EVIDENCE', 'ITEM', 'KIND', 'SIZE', 'BY', 'WHEN', ''], rows)),
    ...(missing.length === 0 ? [] : [`Missing: ${missing.join(', ')}`]),
  ].join('\n')
}

/** As it came: a text's bytes are those of the text before it was made harmless for the terminal. */
const bytesOf = (json: unknown): Uint8Array | undefined => {
  if (typeof json !== 'object' || json === null) return undefined
  if ('text' in json && typeof json.text === 'string') return new TextEncoder().encode(json.text)
  return 'content' in json && typeof json.content === 'string' ? Buffer.from(json.content, 'base64') : undefined
}

/** First bytes of what an attachment may be; the bridge looks at the same. */
const signatures: readonly [AttachmentType, readonly number[]][] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

const mediaTypeOf = (bytes: Uint8Array): AttachmentType | undefined =>
  signatures.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0]

const oneContent = faulty(
  'usage',
  'content_missing',
  'Exactly one of a text and a file is needed.',
  'Give --text "…", or --file with a PNG, JPEG or PDF.',
)
const fileUnreadable = faulty('usage', 'file_unreadable', 'The file cannot be read.', 'Look at --file.')
const fileUnfit = faulty(
  'usage',
  'file_unfit',
  'The file is no PNG, JPEG or PDF of at most 512 KiB.',
  'Its first bytes count, not its name. Write a text with --text instead, or make the picture smaller.',
)
const fileExists = faulty('refused', 'file_exists', '--out names a file that is there already.', 'Give another name.')
const fileFailed = faulty('refused', 'file_unwritable', 'The file cannot be written.', 'Look at --out and its folder.')
const contentChanged = faulty(
  'refused',
  'evidence_digest_wrong',
  'What came is not what was kept: its digest differs.',
  'Do not decide on it. Tell whoever runs the bridge.',
)
