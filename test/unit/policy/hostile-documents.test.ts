import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'
import { type Change, changed, policyOf, problemsOf, standardText } from './standard-document.ts'

const size = 262_144
const filled = (part: string): string => part.repeat(Math.floor(size / part.length))
const roles = (count: number): string => Array.from({ length: count }, (_unused, index) => `r${index}`).join(', ')

const bombs: readonly (readonly [string, string])[] = [
  ['brackets', filled('[')],
  ['braces', filled('{a: ')],
  ['lists in lists', filled('- ')],
  ['questions', filled('? ')],
  ['closing brackets', filled(']')],
  ['commas', `[${filled(',').slice(2)}]`],
  ['quotes', filled('"')],
  ['anchors', filled('&a ')],
  ['aliases', filled('*a ')],
  ['tags', filled('!')],
  ['documents', filled('---\n')],
  ['blank lines', filled('\n')],
  ['comments', filled('#\n')],
  ['many names', Array.from({ length: 24_000 }, (_unused, index) => `k${index}: 1`).join('\n')],
  ['one name many times', filled('a: 1\n')],
  ['many tests', changed(['tests:\n', `tests:\n${'  - a\n'.repeat(40_000)}`])],
  [
    'many laughs',
    `a0: &a0 [x]\n${Array.from({ length: 30 }, (_unused, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`).join('\n')}`,
  ],
]

describe('hostile policy documents', () => {
  for (const [name, text] of bombs) {
    test(`R1 I5: a document full of ${name} is refused, with few words and in seconds`, () => {
      const begun = performance.now()
      const problems = problemsOf(text)
      assert.ok(problems.length >= 1 && problems.length <= 100, String(problems.length))
      assert.ok(problems.every(({ sentence }) => sentence.length < 600))
      assert.ok(performance.now() - begun < 20_000)
    })
  }

  test('a document of more than 256 KiB is refused, and one of just as many is not', () => {
    const comment = `\n#${'ä'.repeat(size)}`
    const room = size - Buffer.byteLength(standardText)
    assert.ok('policy' in readPolicy(`${standardText}#${'x'.repeat(room - 1)}`, { file: 'policy.yaml' }))
    assert.equal(problemsOf(`${standardText}#${'x'.repeat(room)}`)[0]?.code, 'too_large')
    assert.equal(problemsOf(`${standardText}${comment.slice(0, room / 2 + 2)}`)[0]?.code, 'too_large')
  })

  test('nesting is refused from the 101st level on', () => {
    const nested = (levels: number): string =>
      changed(['always: true', `${'not: { '.repeat(levels)}always: true${' }'.repeat(levels)}`])
    const deepest = 96
    assert.ok(
      'policy' in readPolicy(nested(deepest), { file: 'policy.yaml' }),
      JSON.stringify(problemsOf(nested(deepest))),
    )
    assert.deepEqual(
      problemsOf(nested(deepest + 1)).map(({ code }) => code),
      ['too_deep'],
    )
  })

  test('I14: how people are asked is refused blank, beyond its ceilings, and as anything but what it is', () => {
    const asked = (line: string): Change => ['    verbal: { withinSeconds: 900 }', `    ${line}`]
    const wrong: readonly (readonly [string, string])[] = [
      ...['', 'null', '0', '-1', '3601', '"60"', 'unlimited', '1.5', '[60]'].map(
        (value) => [`approvalSeconds: ${value}`, 'approvalSeconds'] as const,
      ),
      ...['0', '901', 'null', '"60"'].map(
        (value) => [`verbal: { withinSeconds: ${value} }`, 'verbal.withinSeconds'] as const,
      ),
      ['verbal: true', 'verbal'],
      ['verbal: null', 'verbal'],
      ['verbal: {}', 'verbal.withinSeconds'],
      ['verbal: { withinSeconds: 60, group: /leads }', 'verbal.group'],
      ...['0', '3601', 'null'].map(
        (value) => [`ratification: { group: /leads, withinSeconds: ${value} }`, 'ratification.withinSeconds'] as const,
      ),
      ...['leads', '/leads/', '//', '"/a\\u202eb"', 'null', '[/leads]'].map(
        (value) => [`ratification: { group: ${value}, withinSeconds: 60 }`, 'ratification.group'] as const,
      ),
      ['ratification: { withinSeconds: 60 }', 'ratification.group'],
      ['methods: []', 'methods'],
      ['methods: true', 'methods'],
      ['methods: [other]', 'methods[0]'],
      ['methods: [known_voice]', 'methods[0]'],
      ['methods: [in_person, in_person]', 'methods'],
      ...['false', 'null', '"true"', '1', '[in_person]'].map(
        (value) => [`distinctMethods: ${value}`, 'distinctMethods'] as const,
      ),
    ]
    for (const [line, at] of wrong) {
      const [problem, ...others] = problemsOf(changed(asked(line)))
      assert.equal(problem?.at, `profiles.standard.${at}`, line)
      assert.deepEqual(others, [], line)
    }
    for (const line of [
      'verbal: { withinSeconds: 900 }',
      'approvalSeconds: 3600',
      'methods: [in_person]',
      'distinctMethods: true',
    ]) {
      assert.deepEqual(problemsOf(changed(asked(line))), [], line)
    }
  })

  test('R3: whom authority is about is refused unless it is a list of groups', () => {
    const line = 'profiles: [standard], tiers: [standard] }'
    const subjects = (value: string) =>
      problemsOf(changed([line, line.replace(' }', `, subjects: ${value} }`)])).map(({ at }) => at)
    assert.deepEqual(subjects('[/staff/london]'), [])
    for (const value of ['[]', 'null', '/staff', '[/a, /a]', 'everybody']) {
      assert.deepEqual(subjects(value), ['authority[0].subjects'], value)
    }
    for (const value of ['[staff]', '["*"]', '[/]']) {
      assert.deepEqual(subjects(value), ['authority[0].subjects[0]'], value)
    }
  })

  test('C02: what who waits reads of a group is plain text of 64 characters at most', () => {
    const group = 'group: /service-desk-leads, count: 1'
    const shown = (text: string) =>
      problemsOf(changed([`${group} }`, `${group}, shownAs: ${JSON.stringify(text)} }`])).map(({ at }) => at)
    for (const text of ['Frau Müller (Tel. +49 30 1-2)', 'lea, leo', 'x'.repeat(64)])
      assert.deepEqual(shown(text), [], text)
    for (const text of ['', ' lea', 'lea ', '<b>lea</b>', 'lea\n', 'a;b', '#{x}', 'lea\u202e', 'x'.repeat(65)]) {
      assert.deepEqual(shown(text), ['profiles.standard.approvals[0].shownAs'], text)
    }
  })

  test('R19 R41: how who acts and the subject must be to each other is refused unless it is one of the known ways', () => {
    const line = 'profiles: [standard], tiers: [standard] }'
    const withMember = (text: string) =>
      problemsOf(changed([line, line.replace(' }', `, ${text} }`)])).map(({ at }) => at)
    for (const text of ['ownReports: true', 'sharedGroupBelow: /cost-centres', 'notSharedGroupBelow: /teams/night']) {
      assert.deepEqual(withMember(text), [], text)
    }
    for (const value of ['false', 'null', 'yes', '1']) {
      assert.deepEqual(withMember(`ownReports: ${value}`), ['authority[0].ownReports'], value)
    }
    for (const member of ['sharedGroupBelow', 'notSharedGroupBelow']) {
      for (const value of ['teams', '/', '/teams/', 'null', '[/teams]', '"*"']) {
        assert.deepEqual(withMember(`${member}: ${value}`), [`authority[0].${member}`], value)
      }
    }
    assert.deepEqual(withMember('ownReport: true'), ['authority[0].ownReport'])
  })

  test('R5: a threshold of failures has bounds, and none can switch the counting off', () => {
    const withPatterns = (text: string) =>
      problemsOf(changed(['tests:\n', `patterns: ${text}\ntests:\n`])).map(({ at }) => at)
    assert.deepEqual(withPatterns('{ user: { failures: 3, withinSeconds: 86400 } }'), [])
    assert.deepEqual(withPatterns('{ site: { failures: 3, people: 5, withinSeconds: 86400 } }'), [])
    const site = (differs: string) => `{ site: { failures: 9, people: 9, withinSeconds: 86400, ${differs} } }`
    for (const [text, at] of [
      ['{ user: { failures: 1, withinSeconds: 86400 } }', 'patterns.user.failures'],
      ['{ user: { failures: 10001, withinSeconds: 86400 } }', 'patterns.user.failures'],
      ['{ user: { failures: 3 } }', 'patterns.user.withinSeconds'],
      ['{ user: { failures: 3, withinSeconds: 3599 } }', 'patterns.user.withinSeconds'],
      ['{ user: { failures: 3, withinSeconds: 2592001 } }', 'patterns.user.withinSeconds'],
      ['{ user: { failures: 3, people: 5, withinSeconds: 86400 } }', 'patterns.user.people'],
      ['{ site: { failures: 9, withinSeconds: 86400 } }', 'patterns.site.people'],
      ['{ site: { failures: 9, people: 4, withinSeconds: 86400 } }', 'patterns.site.people'],
      [site('timesBefore: 0'), 'patterns.site.timesBefore'],
      [site('timesBefore: 101'), 'patterns.site.timesBefore'],
      ['{ site: off }', 'patterns.site'],
      ['{ colour: { failures: 9, people: 9, withinSeconds: 86400 } }', 'patterns.colour'],
    ] as const) {
      assert.deepEqual(withPatterns(text), [at], text)
    }
  })

  test('rules too tangled to be checked are refused, and told so, before they take long', () => {
    const begun = performance.now()
    const parts = Array.from({ length: 20 }, (_unused, index) => {
      const bounds = `recentFallbacks: { atLeast: ${index} }, disputes: { below: ${40 - index} }, failureCount: { atLeast: ${index + 2} }`
      return `{ any: [{ ${bounds}, rolloutBucket: { atLeast: ${index + 1} } }, { not: { factorAgeSeconds: { below: ${index + 50} } } }, { requiredLevel: { atLeast: ${index % 10} } }] }`
    })
    const tangled = parts
      .map(
        (part, index) =>
          `  - { name: t${index}, when: { all: [${part}, { not: ${parts[19 - index]} }] }, deny: true }\n`,
      )
      .join('')
    const problems = problemsOf(changed(['rules: # the first that holds is taken\n', `rules:\n${tangled}`]))
    assert.ok(problems.some(({ code }) => code === 'rules_too_tangled'))
    assert.ok(performance.now() - begun < 20_000)
  })

  test('a rule about more roles than can be tried is told as too tangled, never as one that cannot match', () => {
    const three = '{ role: [r0] }, { role: [r1] }, { role: [r2] }'
    const rule = `  - { name: three of nine, when: { role: [${roles(9)}], all: [${three}, { not: { role: [r8] } }] }, deny: true }\n`
    const [problem] = problemsOf(changed(['rules: # the first that holds is taken\n', `rules:\n${rule}`]))
    assert.equal(problem?.code, 'rules_too_tangled')
    const four = rule.replaceAll(roles(9), roles(5)).replace('[r8]', '[r4]')
    assert.equal(policyOf(changed(['rules: # the first that holds is taken\n', `rules:\n${four}`])).rules.length, 3)
  })
})
