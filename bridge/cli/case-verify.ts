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
  readBytes: (file: string) => Uint8Array | undefined
  sha256: Sha256
  /** Reads a policy's text in its form alone; undefined where it has not even that. */
  readPolicy: (text: string) => Policy | undefined
}

/** `thumbprint`: those that may have signed; two while a key is changed. */
export type VerifyOptions = { thumbprint?: readonly string[] }

type Verdict = 'intact' | 'incomplete' | 'tampered'

/**
 * `case verify <file>`: checks an export by itself, without the bridge, its database or a sign-in. `done` where nothing was
 * changed, `refused` where something was, `pending` where something cannot be shown.
 */
export const createCaseVerify =
  ({ openExport, readBytes, sha256, readPolicy }: CaseVerifyDeps) =>
  async (file: string, { thumbprint: pinned }: VerifyOptions): Promise<CommandAnswer> => {
    const bytes = readBytes(file)
    if (bytes === undefined) return fileUnreadable
    const opened = await openExport(new TextDecoder().decode(bytes))
    if (opened.outcome === 'refused') return notOne(opened.because)
    const read = readExport(opened.payload)
    if (read.outcome === 'refused') return notOne(read.because)
    const { told } = read
    const policy = told.policy === null ? undefined : readPolicy(told.policy.text)
    const findings = verifyExport(sha256, told, policy)
    const isForeign = pinned !== undefined && !pinned.includes(opened.thumbprint)
    const verdict = verdictOf(findings, isForeign)
    const json = {
      file,
      verdict,
      thumbprint: opened.thumbprint,
      thumbprintIs: pinned === undefined ? 'not_compared' : isForeign ? 'another' : 'as_given',
      findings: findings.map((one) => ({ ...one, sentence: sentenceOf(one) })),
      case: told,
    }
    const text = [
      ...aboutLines(told),
      signerLine(opened.thumbprint, pinned, isForeign),
      ...findingLines(findings),
      ...verdictLines[verdict],
      lastLine(told),
    ].join('\n')
    return answers[verdict](text, json)
  }

const verdictOf = (findings: readonly Finding[], isForeign: boolean): Verdict => {
  if (isForeign || findings.some(({ weight }) => weight === 'tampered')) return 'tampered'
  return findings.length > 0 ? 'incomplete' : 'intact'
}

const answers = { intact: done, incomplete: pending, tampered: notPassed } as const

const verdictLines: Readonly<Record<Verdict, readonly string[]>> = {
  intact: ['INTACT: signature, history, digests and override events agree, and the decision comes out the same.'],
  incomplete: ['INCOMPLETE: nothing was changed, but what is named above cannot be shown.'],
  tampered: ['TAMPERED: this is not what the bridge wrote down.'],
}

const aboutLines = ({ case: about, realm, exportedAt, exportedBy, issuer, bridge, history }: CaseExport): string[] => [
  `Case:      ${terminalText(about.id)} of realm ${terminalText(realm)}, ${terminalText(about.state)}, ${history.length} entries of history`,
  `Exported:  ${instantWords(exportedAt)} by ${terminalText(exportedBy.name)} (${terminalText(exportedBy.id)}), from ${terminalText(issuer)} ${terminalText(bridge)}`,
]

/** A number of a hostile file may be no time at all. */
const instantWords = (at: number): string => (Math.abs(at) <= 8.64e15 ? timeWords(at) : 'at no possible time')

const signerLine = (thumbprint: string, pinned: readonly string[] | undefined, isForeign: boolean): string => {
  if (pinned === undefined) {
    return `Signed by: ${thumbprint}, NOT COMPARED. Anybody can sign with a key of their own: give --thumbprint with the one that the realm’s flow pins.`
  }
  return isForeign
    ? `TAMPERED signature: signed by ${thumbprint}, which is none of those you gave.`
    : `Signed by: ${thumbprint}, as you gave it.`
}

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

const fileUnreadable = faulty('usage', 'file_unreadable', 'The file cannot be read.', 'Name an export that is there.')
