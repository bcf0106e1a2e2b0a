import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { ceilings } from '../../../bridge/domain/policy/ceilings.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'
import { changed, policyOf, problemsOf, type Refusal, refuses, standardText } from './standard-document.ts'

const refusals: readonly Refusal[] = [
  {
    why: 'text that is no YAML',
    changes: [['zones:', 'zones: [\nx']],
    code: 'syntax',
    mark: 'x # network',
    sentence: /not readable as YAML/,
  },
  {
    why: 'a field twice',
    changes: [['revision: 1\n', 'revision: 1\nrevision: 2\n']],
    code: 'duplicate_key',
    mark: 'revision: 2',
    sentence: /^revision stands twice/,
  },
  {
    why: 'a second document',
    changes: [['tests:\n', 'tests:\n---\n']],
    code: 'several_documents',
    mark: '---',
    sentence: /one document only/,
  },
  {
    why: 'a directive',
    changes: [['# yaml-language-server', '%YAML 1.1\n---\n# yaml-language-server']],
    code: 'directive',
    mark: '%YAML',
    sentence: /must not have directives/,
  },
  {
    why: 'an anchor',
    changes: [['name: standard', 'name: &name standard']],
    code: 'anchor',
    mark: 'name: &name',
    sentence: /must not use anchors/,
  },
  {
    why: 'an anchor of a name',
    changes: [['name: standard', '&name name: standard']],
    code: 'anchor',
    mark: '&name name',
    sentence: /must not use anchors/,
  },
  {
    why: 'a tag of a name',
    changes: [['office:', '!office office:']],
    code: 'key',
    mark: '!office office',
    sentence: /plain words/,
  },
  {
    why: 'an alias',
    changes: [
      ['name: standard', 'name: &name standard'],
      ['title: Everyday work', 'title: *name'],
    ],
    code: 'alias',
    mark: 'title: *name',
    sentence: /must not use aliases/,
  },
  {
    why: 'a tag of another schema',
    changes: [['name: standard', 'name: !!binary c3RhbmRhcmQ=']],
    code: 'tag',
    mark: 'name: !!binary',
    sentence: /must not use tags/,
  },
  {
    why: 'a tag of one’s own',
    changes: [['zones:', 'zones: !zones']],
    code: 'tag',
    mark: 'office:',
    sentence: /must not use tags/,
  },
  {
    why: 'a name of a field that is a list',
    changes: [['revision: 1\n', 'revision: 1\n[a]: 2\n']],
    code: 'key',
    mark: '[a]: 2',
    sentence: /plain words/,
  },
  {
    why: 'a name that means the prototype',
    changes: [['office:', '__proto__:']],
    code: 'key',
    mark: '__proto__:',
    sentence: /plain words/,
  },
  ...['0x10', '0o7', '1e1', '5.0', '.inf', '.nan', '1.5', '+5'].map((written) => ({
    why: `a number written as ${written}`,
    changes: [['attempts: 5', `attempts: ${written}`] as const],
    code: 'number_form',
    mark: `attempts: ${written}`,
    sentence: /^profiles\.standard\.limits\.attempts must be a whole number in plain digits/,
  })),
  {
    why: 'an unknown field',
    changes: [['    minimumBand: self-service', '    minimumBand: self-service\n    maximumBand: approval']],
    code: 'unknown_field',
    mark: 'maximumBand',
    sentence: /^profiles\.standard\.maximumBand is no field here\. Known fields: .*minimumBand/,
  },
  {
    why: 'an unknown fact in a condition',
    changes: [['{ tier: [privileged] }\n    profile', '{ tiers: [privileged] }\n    profile']],
    code: 'unknown_field',
    mark: 'tiers: [privileged] }\n    profile',
    sentence: /^rules\[0\]\.when\.tiers is no field here\. Known fields: .*tier/,
  },
  {
    why: 'an unknown profile name',
    changes: [['  standard:\n', '  ordinary:\n']],
    code: 'unknown_field',
    mark: '  ordinary:\n',
    sentence: /Known fields: standard, remote/,
  },
  {
    why: 'a bypass (R7)',
    changes: [['outcome: escalate', 'outcome: bypass']],
    code: 'wrong_value',
    mark: 'outcome: bypass',
    sentence: /must be one of: grant_alternate, degrade, escalate, deny_with_retry, deny/,
  },
  {
    why: 'another engine',
    changes: [['engine: 1', 'engine: 2']],
    code: 'wrong_value',
    mark: 'engine: 2',
    sentence: /^engine must be 1/,
  },
  {
    why: 'a date that does not exist',
    changes: [['reviewBy: 2027-11-01', 'reviewBy: 2027-02-30']],
    code: 'wrong_value',
    mark: 'reviewBy: 2027-02-30',
    sentence: /^reviewBy must be a date that exists/,
  },
  {
    why: 'a range of addresses that is none',
    changes: [['192.168.0.0/16', '192.168.0.0/33']],
    code: 'wrong_value',
    mark: 'office:',
    sentence: /^zones\.office\[1\] must be a range of addresses/,
  },
  {
    why: 'a range that no address is ever in',
    changes: [['192.168.0.0/16', '"::ffff:0:0/96"']],
    code: 'wrong_value',
    mark: 'office:',
    sentence: /^zones\.office\[1\] must be a range/,
  },
  {
    why: 'a time zone that does not exist',
    changes: [['Europe/Berlin', 'Europe/Atlantis']],
    code: 'wrong_value',
    mark: 'hours:',
    sentence: /^hours\.timeZone must be the name of a time zone/,
  },
  {
    why: 'a time that YAML reads as a number',
    changes: [['"07:00"', '7']],
    code: 'wrong_value',
    mark: 'hours:',
    sentence: /^hours\.from must be a time in quotes/,
  },
  {
    why: 'a biometric amr value (I12)',
    changes: [['amr: [pwd, otp]', 'amr: [pwd, fpt]']],
    code: 'wrong_value',
    mark: 'amr: [pwd, fpt]',
    sentence: /^paths\[0\]\.amr\[1\] must not claim a biometric check/,
  },
  {
    why: 'the same value twice in a list',
    changes: [
      ['paths: [password-bridge-totp, password-keycloak-otp]', 'paths: [password-bridge-totp, password-bridge-totp]'],
    ],
    code: 'wrong_value',
    mark: 'paths: [password-bridge-totp, password-bridge-totp]',
    sentence: /^profiles\.standard\.paths must not name the same value twice/,
  },
  {
    why: 'a group without its slash',
    changes: [['groups: [/admins]', 'groups: [admins]']],
    code: 'wrong_value',
    mark: 'groups: [admins]',
    sentence: /must be the path of a group, beginning with "\/"/,
  },
  {
    why: 'an invisible character',
    changes: [['Everyday work', '"Everyday\\u202ework"']],
    code: 'wrong_value',
    mark: 'title: "Everyday',
    sentence: /must be a text of one line/,
  },
  {
    why: 'always: false',
    changes: [['always: true', 'always: false']],
    code: 'wrong_value',
    mark: 'always: false',
    sentence: /^rules\[1\]\.when\.always must be true/,
  },
  {
    why: 'a name of a zone that is no name',
    changes: [['office:', 'The Office:']],
    code: 'wrong_value',
    mark: 'The Office',
    sentence: /^zones\.The\?Office must be lower-case letters/,
  },
  {
    why: 'an empty list of rules',
    changes: [[standardText.slice(standardText.indexOf('rules:'), standardText.indexOf('profiles:')), 'rules: []\n']],
    code: 'wrong_value',
    mark: 'rules: []',
    sentence: /^rules must be a list of 1 to 50 entries/,
  },
]

describe('a policy document that is refused', () => {
  for (const refusal of refusals) test(`R1 I5: ${refusal.why}`, () => refuses(refusal))

  test('I14: each limit is refused blank, missing, zero, above its ceiling, as a text and as a fraction', () => {
    for (const [member, ceiling] of Object.entries({ ...ceilings, lockSeconds: 365 * 86_400 })) {
      const line = new RegExp(`      ${member}: (\\d+)`).exec(standardText)?.[0]
      assert.ok(line, member)
      for (const value of ['', 'null', '~', '0', '-1', String(ceiling + 1), '"5"', 'unlimited', 'true', '[5]']) {
        const refusal: Refusal = {
          why: '',
          changes: [[line, `      ${member}: ${value}`]],
          code: 'wrong_value',
          mark: `      ${member}: ${value}`,
          sentence: new RegExp(
            `^profiles\\.standard\\.limits\\.${member} must be a whole number from \\d+ to ${ceiling}`,
          ),
        }
        refuses(refusal)
      }
      refuses({
        why: '',
        changes: [[line, '']],
        code: 'missing_field',
        mark: '    limits:',
        sentence: new RegExp(`limits\\.${member} is missing: it must be a whole number`),
      })
    }
  })

  test('I14: the bands of the risk score may not begin later than the code allows', () => {
    for (const [band, most] of [
      ['approval', 25],
      ['review', 50],
      ['closed', 75],
    ] as const) {
      refuses({
        why: '',
        changes: [[`${band}: ${most}`, `${band}: ${most + 1}`]],
        code: 'wrong_value',
        mark: '  bands:',
        sentence: new RegExp(`^risk\\.bands\\.${band} must be a whole number from 1 to ${most}`),
      })
    }
  })

  test('every field but those with a default must be there', () => {
    const top = standardText.split('\n').filter((line) => /^[a-z]\w*:/i.test(line))
    assert.ok(top.length > 15)
    for (const line of top) {
      const name = line.split(':')[0] ?? ''
      const [problem] = problemsOf(standardText.replace(`\n${line}`, () => `\nx-${line}`))
      assert.deepEqual([problem?.code, problem?.at, problem?.line].slice(0, 2), ['missing_field', name])
    }
  })

  test('an empty document, and one that is no mapping, is refused', () => {
    for (const text of ['', '\n', '# nothing', 'null', '[]', '5', 'policy']) {
      const [problem] = problemsOf(text)
      assert.match(problem?.sentence ?? '', /^The document (is missing: it )?must be a mapping with the fields engine/)
    }
  })

  test('a text with half a character is refused: two such texts could share a digest', () => {
    const [problem] = problemsOf(`${standardText}# \ud800`)
    assert.deepEqual([problem?.code, problem?.line], ['syntax', 1])
    assert.match(problem?.sentence ?? '', /well-formed Unicode/)
  })

  test('all problems are told at once, in the order of the lines', () => {
    const problems = problemsOf(
      changed(['engine: 1', 'engine: 2'], ['attempts: 3', 'attempts: 6'], ['days: [1', 'days: [0']),
    )
    assert.deepEqual(
      problems.map(({ at }) => at),
      ['engine', 'hours.days[0]', 'profiles.privileged.limits.attempts'],
    )
    const [first] = problems
    assert.deepEqual([first?.file, first?.column], ['policy.yaml', 1])
  })
})

describe('a policy document that is read', () => {
  test('R9: its digest is the SHA-256 of the text as read, and a text with another digest is refused', () => {
    const digest = createHash('sha256').update(standardText).digest('hex')
    assert.equal(policyOf(standardText).digest, digest)
    assert.notEqual(policyOf(`${standardText}\n`).digest, digest)
    assert.ok('policy' in readPolicy(standardText, { file: 'policy.yaml', sha256: digest }))
    const other = readPolicy(`${standardText}\n`, { file: 'policy.yaml', sha256: digest })
    assert.equal('problems' in other && other.problems[0]?.code, 'digest_differs')
  })

  test('dates are midnights of UTC, profiles keep their names, and what may be left out has its default', () => {
    const policy = policyOf(standardText)
    assert.equal(policy.reviewBy, Date.UTC(2027, 10, 1))
    assert.equal(policy.paths[0]?.approvedAt, Date.UTC(2026, 10, 1))
    assert.deepEqual(
      policy.profiles.map(({ name }) => name),
      ['standard', 'privileged'],
    )
    assert.deepEqual(policy.paths[0]?.anyOf, [])
    assert.equal(policy.risk.factors[0]?.waivedBySuitability, false)
    assert.deepEqual(policy.tests[0]?.missing, [])
    assert.equal(policyOf(changed(['    anyOf: []\n', ''])).paths[0]?.anyOf.length, 0)
  })
})
