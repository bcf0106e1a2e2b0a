import type { CaseExport } from '../domain/export/case-export.ts'
import type { Finding } from '../domain/export/finding.ts'
import { verifyExport } from '../domain/export/verify-export.ts'
import type { Sha256 } from '../domain/history.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { terminalText } from '../domain/terminal-text.ts'
import { readExport } from '../operations-client/read-export.ts'
import type { OpenExport } from './case-export.ts'
import { type CommandAnswer, done, faulty, notPassed, pending } from './command-answer.ts'
import { findingLines, sentenceOf } from './export-words.ts'
import { timeWords } from './time-words.ts'

export type CaseVerifyDeps = {
  openExport: OpenExport
  /** Undefined where the file cannot be read. */
  readBytesUpTo: (file: string, most: number) => Uint8Array | 'larger' | undefined
  sha256: Sha256
  /** Reads a policy's text in its form alone; undefined where it has not even that. */
  readPolicy: (text: string) => Policy | undefined
}

/** `thumbprint`: those that may have signed; two while a key is changed. */
export type VerifyOptions = { thumbprint?: readonly string[] }

type Verdict = 'intact' | 'incomplete' | 'tampered'

/** A hundred times what a case of many people and events comes to. */
export const mostExportBytes = 16 * 1024 * 1024

/**
 * `case verify <file>`: checks an export by itself, without the bridge, its database or a sign-in. `done` where nothing was
 * changed, `refused` where something was, `pending` where something cannot be shown: without a thumbprint, that the bridge
 * wrote it at all. Of what somebody else signed, nothing else is looked at.
 */
export const createCaseVerify =
  ({ openExport, readBytesUpTo, sha256, readPolicy }: CaseVerifyDeps) =>
  async (file: string, { thumbprint: pinned }: VerifyOptions): Promise<CommandAnswer> => {
    const bytes = readBytesUpTo(file, mostExportBytes)
    if (bytes === undefined) return fileUnreadable
    if (bytes === 'larger') return fileTooLarge
    const opened = await openExport(new TextDecoder().decode(bytes))
    if (opened.outcome === 'refused') return notOne(opened.because)
    const { thumbprint } = opened
    if (pinned !== undefined && !pinned.includes(thumbprint)) return signedByAnother(file, thumbprint)
    const read = readExport(opened.payload)
    if (read.outcome === 'refused') return notOne(read.because)
    const { told } = read
    const policy = told.policy === null ? undefined : readPolicy(told.policy.text)
    const findings = verifyExport(sha256, told, policy)
    const isCompared = pinned !== undefined
    const verdict = verdictOf(findings, isCompared)
    const json = {
      file,
      verdict,
      thumbprint,
      thumbprintIs: isCompared ? 'as_given' : 'not_compared',
      findings: findings.map((one) => ({ ...one, sentence: sentenceOf(one) })),
      case: told,
    }
    const text = [
      ...aboutLines(told),
      ...(isCompared ? [`Signed by: ${thumbprint}, as you gave it.`] : notComparedLines(thumbprint)),
      ...findingLines(findings),
      verdictLines[verdict],
      lastLine(told),
    ].join('\n')
    return answers[verdict](text, json)
  }

const verdictOf = (findings: readonly Finding[], isCompared: boolean): Verdict => {
  if (findings.some(({ weight }) => weight === 'tampered')) return 'tampered'
  return findings.length > 0 || !isCompared ? 'incomplete' : 'intact'
}

const answers = { intact: done, incomplete: pending, tampered: notPassed } as const

const verdictLines: Readonly<Record<Verdict, string>> = {
  intact: 'INTACT: signature, history, digests and override events agree, and the decision comes out the same.',
  incomplete: 'INCOMPLETE: what could be checked agrees, but what is named above cannot be shown.',
  tampered: 'TAMPERED: this is not what the bridge wrote down.',
}

const aboutLines = ({ case: about, realm, exportedAt, exportedBy, issuer, bridge, history }: CaseExport): string[] => [
  `Case:      ${terminalText(about.id)} of realm ${terminalText(realm)}, ${terminalText(about.state)}, ${history.length} entries of history`,
  `Exported:  ${instantWords(exportedAt)} by ${terminalText(exportedBy.name)} (${terminalText(exportedBy.id)}), from ${terminalText(issuer)} ${terminalText(bridge)}`,
]

/** A number of a hostile file may be no time at all. */
const instantWords = (at: number): string => (Math.abs(at) <= 8.64e15 ? timeWords(at) : 'at no possible time')

const notComparedLines = (thumbprint: string): readonly string[] => [
  `INCOMPLETE signature: signed by ${thumbprint}, NOT COMPARED. Anybody can write such a file and sign it with a key of their own.`,
  'Ask whoever administers Keycloak for the thumbprint in the fallback step of the realm’s flow, and give it with --thumbprint.',
]

const signedByAnother = (file: string, thumbprint: string): CommandAnswer =>
  notPassed(
    [
      `TAMPERED signature: signed by ${thumbprint}, which is none of those you gave. Nothing else in it was looked at.`,
      'Of an export from before a change of keys, give the thumbprint of that time.',
      verdictLines.tampered,
    ].join('\n'),
    { file, verdict: 'tampered', thumbprint, thumbprintIs: 'another', findings: [], case: null },
  )

/** A cut end leaves no trace inside; Keycloak's log has the hash of the entry behind each override event. */
const lastLine = ({ history }: CaseExport): string => {
  const last = history.at(-1)
  return last === undefined
    ? ''
    : `Last entry: number ${last.seq}, ${last.hash}. Whether more came before the export, only Keycloak’s event log can say.`
}

const notOne = (because: 'malformed' | 'signature' | 'newer'): CommandAnswer => {
  const [code, sentence, next] = refusals[because]
  return faulty(because === 'newer' ? 'pending' : 'refused', code, sentence, next)
}

const refusals = {
  malformed: [
    'export_malformed',
    'The file is no export of a case, or not as a bridge writes one.',
    'Export the case again: fallback-bridge case export <case>',
  ],
  signature: [
    'export_signature_wrong',
    'The signature does not fit: the file is not what was signed.',
    'Do not rely on it. Export the case again: fallback-bridge case export <case>',
  ],
  newer: [
    'export_newer',
    'The export has a form that this version of the command does not know, so it was not checked.',
    'Verify it with the version of the bridge that wrote it, or a later one.',
  ],
} as const

const fileTooLarge = faulty(
  'refused',
  'file_too_large',
  `The file is larger than ${mostExportBytes / 1024 / 1024} MiB, which no export of a case is; it was not read.`,
  'Look whether it is the right file. Export the case again: fallback-bridge case export <case>',
)

const fileUnreadable = faulty('usage', 'file_unreadable', 'The file cannot be read.', 'Name an export that is there.')
