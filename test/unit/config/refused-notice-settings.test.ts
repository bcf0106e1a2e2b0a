import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { readConfig } from '../../../bridge/config.ts'
import { leastEnvironment } from '../../support/settings-environment.ts'

const problemsOf = (differs: Record<string, string | undefined>): readonly string[] => {
  const read = readConfig(leastEnvironment(differs))
  return 'problems' in read ? read.problems : []
}
const refuses = (differs: Record<string, string | undefined>, sentence: RegExp): void => {
  const problems = problemsOf(differs)
  assert.equal(problems.length, 1, problems.join('\n'))
  assert.match(problems[0] ?? '', sentence)
}

const mail = { FALLBACK_BRIDGE_SMTP_URL: 'smtp://mail.test', FALLBACK_BRIDGE_MAIL_FROM: 'fallback@bank.test' }
const whsec = (bytes: number, fill = 1): string => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`
const webhook = { FALLBACK_BRIDGE_WEBHOOK_URL: 'https://siem.test', FALLBACK_BRIDGE_WEBHOOK_SECRET: whsec(24) }

describe('settings of notices that are refused', () => {
  test('a mail server’s URL that is none, says half a credential, or carries options of its own', () => {
    for (const url of [
      'https://mail.test',
      'smtp://',
      'mail.test:25',
      'smtp://user@mail.test',
      'smtp://:pass@mail.test',
      'smtp://mail.test/path',
      'smtp://mail.test?ignoreTLS=true',
      'smtp://mail.test#x',
      'smtp://us%0der:pass@mail.test',
      'smtp://us%zzer:pass@mail.test',
      'smtp://mail.test%00.evil.test',
    ]) {
      refuses({ ...mail, FALLBACK_BRIDGE_SMTP_URL: url }, /^FALLBACK_BRIDGE_SMTP_URL must be smtp:\/\/ or smtps:\/\//)
    }
  })

  test('a mail address that could end a header line, or name more than one recipient', () => {
    for (const address of [
      'nobody',
      'Bank <fallback@bank.test>',
      'a@bank.test,b@bank.test',
      'a@bank.test\r\nBcc: b@evil.test',
      'a b@bank.test',
      'a@bank..test',
      '"a"@bank.test',
      `${'a'.repeat(65)}@bank.test`,
    ]) {
      refuses({ ...mail, FALLBACK_BRIDGE_MAIL_FROM: address }, /^FALLBACK_BRIDGE_MAIL_FROM must be one plain mail/)
    }
    const many = Array.from({ length: 21 }, (_, index) => `a${index}@bank.test`).join(',')
    for (const list of ['soc', 'soc@bank.test,', 'soc@bank.test,soc@bank.test', many]) {
      refuses({ ...mail, FALLBACK_BRIDGE_SECURITY_MAIL: list }, /^FALLBACK_BRIDGE_SECURITY_MAIL must be 1 to 20/)
    }
  })

  test('N01: a webhook’s URL that is none, or carries a user; plain http beyond this machine, however it is written', () => {
    for (const url of [
      'siem',
      'ftp://siem.test',
      'file:///etc/passwd',
      'https://u:p@siem.test',
      'https://siem.test#x',
    ]) {
      refuses({ ...webhook, FALLBACK_BRIDGE_WEBHOOK_URL: url }, /^FALLBACK_BRIDGE_WEBHOOK_URL must be an http or https/)
    }
    for (const url of [
      'http://siem.test',
      'http://0xa9fea9fe/',
      'http://2852039166',
      'http://[::ffff:169.254.169.254]',
    ]) {
      refuses({ ...webhook, FALLBACK_BRIDGE_WEBHOOK_URL: url }, /^FALLBACK_BRIDGE_WEBHOOK_URL is plain http/)
    }
    const closed = { FALLBACK_BRIDGE_WEBHOOK_URL: 'http://siem.test', FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: 'true' }
    assert.deepEqual(problemsOf({ ...webhook, ...closed }), [])
    assert.deepEqual(problemsOf({ ...webhook, FALLBACK_BRIDGE_WEBHOOK_URL: 'http://127.0.0.1:9000/in' }), [])
  })

  test('a webhook’s secret that is short, not in its form, given twice, or one of three', () => {
    const plain = Buffer.alloc(24, 1).toString('base64')
    const three = [whsec(24, 1), whsec(24, 2), whsec(24, 3)].join(',')
    for (const text of [whsec(23), whsec(65), plain, `${whsec(24)},`, `${whsec(24)},${whsec(24)}`, three, 'whsec_-_']) {
      refuses(
        { ...webhook, FALLBACK_BRIDGE_WEBHOOK_SECRET: text },
        /^FALLBACK_BRIDGE_WEBHOOK_SECRET must be one or two/,
      )
    }
  })

  test('one half of a pair without the other', () => {
    refuses({ ...mail, FALLBACK_BRIDGE_MAIL_FROM: undefined }, /SMTP_URL is given without FALLBACK_BRIDGE_MAIL_FROM/)
    refuses({ ...mail, FALLBACK_BRIDGE_SMTP_URL: undefined }, /MAIL_FROM is given without FALLBACK_BRIDGE_SMTP_URL/)
    refuses({ FALLBACK_BRIDGE_SECURITY_MAIL: 'soc@bank.test' }, /SECURITY_MAIL is given without FALLBACK_BRIDGE_SMTP/)
    refuses({ ...webhook, FALLBACK_BRIDGE_WEBHOOK_SECRET: undefined }, /WEBHOOK_URL is given without FALLBACK_BRIDGE_W/)
    refuses({ ...webhook, FALLBACK_BRIDGE_WEBHOOK_URL: undefined }, /WEBHOOK_SECRET is given without FALLBACK_BRIDGE_W/)
  })

  test('I11: no printing of the configuration, and no problem, shows a password or a key of theirs', () => {
    const given = {
      ...mail,
      ...webhook,
      FALLBACK_BRIDGE_SMTP_URL: 'smtp://bridge:canary@mail.test',
      FALLBACK_BRIDGE_WEBHOOK_SECRET: `whsec_canary+${'A'.repeat(25)}`,
    }
    const read = readConfig(leastEnvironment(given))
    assert.ok('config' in read)
    const printed = JSON.stringify(read.config) + inspect(read.config, { depth: 10, showHidden: true })
    assert.doesNotMatch(printed, /canary/)
    const broken = { ...given, FALLBACK_BRIDGE_SMTP_URL: 'smtp://canary@x', FALLBACK_BRIDGE_WEBHOOK_SECRET: 'canary' }
    const problems = problemsOf(broken)
    assert.equal(problems.length, 2)
    assert.doesNotMatch(problems.join('\n'), /canary/)
  })
})
