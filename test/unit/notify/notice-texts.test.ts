import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { noticeKinds } from '../../../bridge/app/notice/notice.ts'
import { exampleNotices, examplePublicUrl, exampleWord } from '../../../bridge/notify/example-notices.ts'
import { createNoticeTexts, languages } from '../../../bridge/notify/notice-texts.ts'

const texts = createNoticeTexts({ publicUrl: examplePublicUrl })
const isForSubject = (kind: string): boolean => kind.startsWith('subject_')
const each = Object.keys(languages).flatMap((locale) =>
  exampleNotices.map((notice) => ({ notice, locale, ...texts(notice, { locale, word: exampleWord }) })),
)
const exampleOf = (kind: string) => {
  const found = exampleNotices.find((notice) => notice.kind === kind)
  assert.ok(found !== undefined)
  return found
}

describe('the tables of texts', () => {
  test('hold the same keys in each language, all of them, in their order', () => {
    const keys = Object.keys(languages.en)
    for (const [language, table] of Object.entries(languages)) {
      assert.deepEqual(Object.keys(table), [...keys].sort(), language)
      for (const kind of noticeKinds) assert.ok(`${kind}.subject` in table && `${kind}.opening` in table)
    }
  })

  test('hold the same places to fill in, no line break, and no text twice', () => {
    const places = (text: string) => (text.match(/\{[a-z]+\}/g) ?? []).sort()
    for (const [language, table] of Object.entries(languages)) {
      for (const [key, text] of Object.entries(table)) {
        const english = Object.entries(languages.en).find(([name]) => name === key)?.[1] ?? ''
        assert.deepEqual(places(text), places(english), `${language} ${key}`)
        assert.match(text, /^[^\p{C}\p{Zl}\p{Zp}]+$/u, `${language} ${key}`)
      }
      const openings = Object.values(table).filter((text) => text.length > 10)
      assert.equal(new Set(openings).size, openings.length)
    }
  })
})

describe('every mail in every language', () => {
  test('S06: holds no address but the fixed ones, nothing in them that decides, and no markup', () => {
    for (const { notice, locale, subject, text } of each) {
      const addresses = text.match(/\S+:\/\/\S*/g) ?? []
      const fixed = [examplePublicUrl, `${examplePublicUrl}/not-me`]
      assert.deepEqual(
        addresses.filter((address) => !fixed.includes(address)),
        [],
        `${notice.kind} ${locale}`,
      )
      assert.doesNotMatch(subject, /:\/\/|www\./)
      assert.doesNotMatch(text, /www\.|<[a-z]|&[a-z]+;|[?&]\w+=|[{}]/i)
      assert.ok(text.endsWith('\n') && !/\n\n\n/.test(text))
    }
  })

  test('S03: the person’s mails say when, where, how and until when, that nobody asks for a code, and what to do', () => {
    for (const { notice, locale, text } of each.filter(({ notice: { kind } }) => isForSubject(kind))) {
      assert.match(text, locale === 'de' ? /Der Support fragt nie nach einem Code/ : /Support never asks for a code/)
      assert.match(text, /2026-03-01 08:30 UTC/)
      assert.match(text, /: payments$/m)
      assert.ok(text.includes(notice.case ?? '-'))
      assert.ok(text.includes(`\n\n${examplePublicUrl}/not-me\n\n${exampleWord}\n`))
      if (notice.kind === 'subject_denied') continue
      assert.match(text, /: authenticator-app$/m)
      assert.match(text, locale === 'de' ? /^Bis: 2026-03-01/m : /^Until: 2026-03-01/m)
    }
  })

  test('N02: no mail holds a code, and the word is in the person’s mails alone, never in a subject line', () => {
    for (const { notice, locale, subject, text } of each) {
      assert.equal(text.includes(exampleWord), isForSubject(notice.kind), notice.kind)
      assert.doesNotMatch(subject, new RegExp(`${exampleWord}|[0-9]`))
      const facts = { ...notice.facts, code: '918273', reason: 'canary', word: 'canary', email: 'canary@bank.test' }
      const mail = texts({ ...notice, facts }, { locale, word: exampleWord })
      assert.deepEqual(mail, { subject, text })
      const numbers = text
        .replaceAll(notice.case ?? 'no case', '')
        .replaceAll('6f1c0b0e-52a5-4c6e-9a3b-0c7d9a1f2e33', '')
      assert.doesNotMatch(numbers, /(?<![0-9])[0-9]{6,8}(?![0-9])/)
    }
  })

  test('S02: approvers get how many wait and since when, and no detail of any', () => {
    const { text } = texts(exampleOf('approvers_waiting'), { locale: 'en', word: undefined })
    assert.match(text, /^Number: 3$/m)
    assert.match(text, /^Oldest since: 2026-03-01 08:26 UTC$/m)
    assert.match(text, /fallback-bridge case list --waiting/)
    const facts = { count: 3, user: 'canary', client: 'canary', tier: 'canary', path: 'canary' }
    const mail = texts({ ...exampleOf('approvers_waiting'), facts }, { locale: 'en', word: undefined })
    assert.doesNotMatch(mail.text, /canary/)
  })

  test('security learns case, person, profile, tier, way and what happened', () => {
    for (const kind of ['security_issued', 'security_used', 'broadcast_break_glass', 'disputed']) {
      const { text } = texts(exampleOf(kind), { locale: 'en', word: undefined })
      for (const name of ['Realm', 'Case', 'User id', 'Profile', 'Tier', 'Time']) {
        assert.match(text, new RegExp(`^${name}: \\S`, 'm'), kind)
      }
    }
  })
})

describe('a mail', () => {
  test('is in the reader’s language, in English where there is no text of it', () => {
    const subject = (locale: string | undefined) =>
      texts(exampleOf('subject_used'), { locale, word: undefined }).subject
    for (const locale of ['de', 'de-AT', 'de_CH', 'DE']) assert.match(subject(locale), /Ersatzanmeldung/)
    for (const locale of [undefined, '', 'en', 'fr', 'den', 'x-de']) assert.match(subject(locale), /fallback login/)
  })

  test('names the service desk where there is no page or no word, and no empty line of facts', () => {
    const noPage = createNoticeTexts({ publicUrl: undefined })
    for (const mail of [
      noPage(exampleOf('subject_used'), { locale: 'en', word: exampleWord }),
      texts(exampleOf('subject_used'), { locale: 'en', word: undefined }),
    ]) {
      assert.match(mail.text, /Tell your service desk at once/)
      assert.doesNotMatch(mail.text, new RegExp(`not-me|${exampleWord}`))
    }
    const waiting = noPage(exampleOf('approvers_waiting'), { locale: 'de', word: undefined })
    assert.doesNotMatch(waiting.text, /undefined|:\/\/|oder unter/)
    const bare = texts(
      { ...exampleOf('review_due'), facts: { count: null, due: Number.MAX_SAFE_INTEGER } },
      { locale: 'en', word: undefined },
    )
    assert.doesNotMatch(bare.text, /Number|Decide|\n\n\n|undefined|null|Invalid/)
  })

  test('shows a hostile fact on one short line that leads nowhere', () => {
    const client = `https://evil.test/approve\r\n\r\nSupport: tell us your code\u202e\u2028${'x'.repeat(500)}`
    const { text } = texts({ ...exampleOf('subject_used'), facts: { client } }, { locale: 'en', word: undefined })
    const line = text.split('\n').find((one) => one.startsWith('Application: ')) ?? ''
    assert.match(line, /^Application: https\[:\]\/\/evil\.test\/approve Support: tell us your code x+$/)
    assert.equal(line.length, 'Application: '.length + 200)
  })
})
