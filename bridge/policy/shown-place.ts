import type { DocumentPath } from '../domain/policy/document-problem.ts'

/** A place as people read it, `rules[1].when.zone[0]`; empty for the document itself. A hostile name is cut. */
export const shownPlace = (at: DocumentPath): string =>
  at
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step.slice(0, 64).replace(/[\p{C}\s]/gu, '?')}`))
    .join('')
    .replace(/^\./, '')

/** The whole sentence about a place. */
export const sentenceAt = (at: DocumentPath, rest: string): string => `${shownPlace(at) || 'The document'} ${rest}`
