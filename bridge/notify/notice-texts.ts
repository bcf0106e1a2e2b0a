import type { NoticeText } from '../app/notice/notice-ports.ts'
import type { CanonicalValue } from '../domain/canonical-json.ts'
import { closing, type Paragraph, type ShownFact, shownFacts, type Texts } from './text-keys.ts'
import { german } from './texts-de.ts'
import { english } from './texts-en.ts'

const mostCharacters = 200
const instants: readonly ShownFact[] = ['at', 'due', 'oldest', 'until']

/** Every language there is. English stands in for all others. */
export const languages: Readonly<Record<'en' | 'de', Texts>> = { en: english, de: german }

/**
 * The texts of mails: plain, in the reader's language. They hold no address but `publicUrl` and `/not-me` below it, and
 * nothing that decides by being opened (S06). The dispute word stands in the subject's mails alone, never in a subject
 * line (N02).
 */
export const createNoticeTexts =
  ({ publicUrl }: { publicUrl: string | undefined }): NoticeText =>
  (notice, { locale, word }) => {
    const texts = /^de\b/i.test(locale?.replace('_', '-') ?? '') ? languages.de : languages.en
    const values: Readonly<Record<string, CanonicalValue | undefined>> = {
      at: notice.at,
      ...notice.facts,
      realm: notice.realm,
      case: notice.case,
    }
    const lines = shownFacts[notice.kind].flatMap((name) => {
      const text = textOf(name, values[name])
      return text === undefined ? [] : [`${texts[`fact.${name}`]}: ${text}`]
    })

    const paragraph = (name: Paragraph): readonly string[] => {
      const text = texts[`shared.${name}`]
      if (!text.includes('{case}')) return [text.replace('{page}', publicUrl ?? '')]
      return notice.case === undefined ? [] : [text.replace('{case}', clean(notice.case))]
    }
    const dispute = (): readonly string[] =>
      publicUrl === undefined || word === undefined
        ? paragraph('dispute_desk')
        : [...paragraph('dispute_page'), `${publicUrl}/not-me`, clean(word)]

    const parts = closing[notice.kind].flatMap((name) => {
      if (name === 'dispute') return dispute()
      if (name === 'open_queue' || name === 'open_reviews')
        return paragraph(publicUrl === undefined ? name : `${name}_page`)
      return paragraph(name)
    })
    const facts = lines.length === 0 ? [] : [lines.join('\n')]
    const all = [texts[`${notice.kind}.opening`], ...facts, ...parts, texts['shared.footer']]
    return { subject: texts[`${notice.kind}.subject`], text: `${all.join('\n\n')}\n` }
  }

/** A fact as a line shows it; undefined for one that is absent, or no plain value. */
const textOf = (name: ShownFact, value: CanonicalValue | undefined): string | undefined => {
  if (typeof value === 'number') return instants.includes(name) ? momentOf(value) : String(value)
  return typeof value === 'string' && value !== '' ? clean(value) : undefined
}

/** The same in every language, and never mistaken for another day: `2026-03-01 08:30 UTC`. */
const momentOf = (at: number): string | undefined => {
  const moment = new Date(at)
  return Number.isNaN(moment.getTime()) ? undefined : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** One line of bounded length that no mail program makes a link of: an application's id may be an address. */
const clean = (text: string): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll('://', '[:]//')
    .slice(0, mostCharacters)
