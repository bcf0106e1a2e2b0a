import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { limitsFor } from '../../../bridge/domain/policy/limits-for.ts'
import type { Condition, Policy, Profile } from '../../../bridge/domain/policy/policy.ts'
import { conditionWords } from '../../../bridge/policy/condition-words.ts'
import { durationWords } from '../../../bridge/policy/duration-words.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'
import { renderPolicy } from '../../../bridge/policy/render-policy.ts'

const policyOf = (file: string): Policy => {
  const read = readPolicy(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'), { file })
  return 'policy' in read ? read.policy : assert.fail(file)
}
const standard = policyOf('bridge/policy/packs/standard.yaml')
const text = renderPolicy(standard)

/** Every string of a part of the policy, as it must appear somewhere in the text. */
const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'digest' || name === 'facts' || name === 'missing' ? [] : stringsOf(member),
  )
}

describe('the policy document as people read it', () => {
  test('R1: every word of the enforced policy is in it: owners, rules, paths, risk, authority, evidence, tests', () => {
    const plain = text.replaceAll('\\', '').replaceAll('’', "'")
    for (const string of stringsOf(standard)) assert.ok(plain.includes(string.replaceAll('’', "'")), string)
    assert.ok(text.includes(standard.digest))
  })

  test('R48: limits stand as they are enforced, in human units, for privileged people halved', () => {
    assert.match(text, /\| length of the session, at most \| 8 hours \| 4 hours \|/)
    assert.match(text, /\| length of that lock \| 30 minutes \| 30 minutes \|/)
    const generous: Policy = {
      ...standard,
      profiles: standard.profiles.map((one) => ({ ...one, limits: { ...one.limits, sessionSeconds: 999_999 } })),
    }
    const [profile] = generous.profiles
    assert.ok(profile)
    const enforced = durationWords(limitsFor(generous, profile, 'standard').sessionSeconds)
    assert.match(renderPolicy(generous), new RegExp(`\\| length of the session, at most \\| ${enforced} \\|`))
  })

  test('R10: a group that decides answers to the owners of every profile that asks it, to approve or to ratify', () => {
    const owners = ['ann', 'ben']
    const profiles = standard.profiles.slice(0, 2).map((one, at) => ({
      ...one,
      owner: owners[at] ?? '',
      approvals: [{ group: '/leads', count: 1 }],
      ...(at === 0 ? {} : { ratification: { group: '/watch', withinSeconds: 600 } }),
    }))
    const names = profiles.map(({ name }) => `\`${name}\``)
    const rendered = renderPolicy({ ...standard, profiles })
    assert.ok(rendered.includes(`| \`/leads\` | ${names.join(', ')} | \`ann\`, \`ben\` |`), rendered)
    assert.ok(rendered.includes(`| \`/watch\` | ${names[1]} | \`ben\` |`))
    assert.doesNotMatch(renderPolicy({ ...standard, profiles: [] }), /A group that decides/)
  })

  test('I4: a profile that names no approver says that nobody may approve', () => {
    const lonely = { ...standard, profiles: standard.profiles.map((one) => ({ ...one, approvals: [] })) }
    assert.match(renderPolicy(lonely), /Approvals: nobody may approve; what needs an approval is refused\./)
  })

  const profileText = (differs: Partial<Profile>): string =>
    renderPolicy({ ...standard, profiles: standard.profiles.map((one) => ({ ...one, ...differs })) })

  test('R35 R36: how people are asked stands as it is enforced, with what may make up for an answer', () => {
    assert.match(text, /- A request waits 30 minutes for an answer, then it is over\./)
    assert.match(text, /makes sure who asks, by one of `call_back_on_record`, `video_and_id`, `in_person`, `manager_/)
    const spoken = /- A spoken approval may be recorded, though not for privileged people; .* within 15 minutes, else/
    const [everyday = '', privileged = ''] = text.split('### `privileged`')
    assert.match(everyday, spoken)
    assert.match(privileged, /- A spoken approval does not count\./)
    assert.doesNotMatch(text, /must ratify/)
    const asked = profileText({
      approvalSeconds: 99_999,
      methods: ['in_person'],
      verbal: { withinSeconds: 99_999 },
      ratification: { group: '/analysts', withinSeconds: 600 },
    })
    assert.match(asked, /- A request waits 1 hour for an answer/)
    assert.match(asked, /by one of `in_person`\./)
    assert.match(asked, spoken)
    assert.match(
      asked,
      /- Afterwards, somebody else of `\/analysts` must ratify it within 10 minutes, or it is revoked\./,
    )
    assert.match(profileText({ methods: [] }), /by one of no way, so nobody can approve\./)
    const both = profileText({ methods: ['in_person', 'video_and_id'], distinctMethods: true })
    assert.match(both, /by one of `video_and_id`, `in_person`, each in another way\./)
    const glass = profileText({ name: 'break-glass', verbal: { withinSeconds: 60 } })
    assert.match(glass, /A spoken approval may be recorded; .* within 1 minute, else/)
    assert.doesNotMatch(profileText({ approvals: [], verbal: { withinSeconds: 60 } }), /A request waits|spoken/)
  })

  test('R3: whom a line of authority is about stands beside it', () => {
    const [line] = standard.authority
    assert.ok(line)
    const related = { ownReports: true, sharedGroupBelow: '/cost-centres', notSharedGroupBelow: '/teams' } as const
    const scoped = {
      ...standard,
      authority: [{ ...line, subjects: ['/staff/london'] }, line, { ...line, ...related }],
    }
    const rows = renderPolicy(scoped)
      .split('\n')
      .filter((row) => row.startsWith(`| \`${line.role}\``))
    assert.deepEqual(
      rows.map((row) => row.split(' | ').at(-1)),
      [
        'members of `/staff/london` |',
        'everybody |',
        'everybody; own reports alone; in one group with the holder below `/cost-centres`; in no group with the holder below `/teams` |',
      ],
    )
  })

  test('R5: from when on failures are a pattern stands there, also where the policy does not say it', () => {
    const rowOf = (rendered: string, name: string) =>
      rendered.split('\n').find((row) => row.startsWith(`| \`${name}\``))
    assert.equal(rowOf(text, 'user'), '| `user` | 5 | one | 7 days | not compared |')
    const own = { site: { failures: 12, people: 7, withinSeconds: 3_600, timesBefore: 4 } }
    assert.equal(
      rowOf(renderPolicy({ ...standard, patterns: own }), 'site'),
      '| `site` | 12 | 7 | 1 hour | 4 times as many |',
    )
  })

  test('the same policy gives the same text, and another one another', () => {
    assert.equal(renderPolicy(structuredClone(standard)), text)
    for (const differs of [
      { title: 'Other' },
      { reviewBy: 0 },
      { risk: { ...standard.risk, bands: { approval: 1, review: 2, closed: 3 } } },
      { hours: { ...standard.hours, days: [7] } },
      { authority: [] },
    ]) {
      assert.notEqual(renderPolicy({ ...standard, ...differs }), text)
    }
  })

  test('a text of the policy cannot break the tables or smuggle Markdown in', () => {
    const hostile = '| x | <script> [a](b) `c`\n# head'
    const [factor] = standard.risk.factors
    assert.ok(factor)
    const rendered = renderPolicy({
      ...standard,
      title: hostile,
      risk: { ...standard.risk, factors: [{ ...factor, why: hostile, source: hostile }] },
    })
    assert.doesNotMatch(rendered, /<script>|^# head|\[a\]\(b\)/m)
    const row = rendered.split('\n').find((line) => line.startsWith(`| \`${factor.id}\``))
    assert.equal(row?.split(/(?<!\\)\|/).length, 8)
  })

  test('times are told exactly, in the largest units that fit', () => {
    assert.deepEqual([0, 1, 60, 90, 3_600, 5_400, 86_400, 432_000, 90_061].map(durationWords), [
      '0 seconds',
      '1 second',
      '1 minute',
      '1 minute 30 seconds',
      '1 hour',
      '1 hour 30 minutes',
      '1 day',
      '5 days',
      '1 day 1 hour 1 minute 1 second',
    ])
  })
})

describe('a condition in words', () => {
  const cases: readonly (readonly [Condition, string])[] = [
    [{}, 'always'],
    [{ always: true }, 'always'],
    [{ tier: ['privileged'] }, 'the person’s tier is `privileged`'],
    [
      { client: ['app', 'mail'], outsideHours: true },
      'the application is `app` or `mail`, and it is outside the usual hours',
    ],
    [{ zone: [] }, 'the address is in the zone none'],
    [{ factorAgeSeconds: { below: 259_200 } }, 'the age of the youngest factor is below 3 days'],
    [{ requiredLevel: { atLeast: 1, below: 3 } }, 'the level the application requires is at least 1 and below 3'],
    [{ outage: false, suitabilityPlan: false }, 'no outage is open, and the person has no suitability plan'],
    [
      { any: [{ group: ['/a'] }, { role: ['b'] }], not: { device: ['known'] } },
      '(the person is in the group `/a`, or the person has the role `b`), and not (the device is `known`)',
    ],
    [{ any: [] }, '(never)'],
    [
      { all: [{ realm: ['a'], client: ['b'] }, { always: true }] },
      '(the realm is `a`, and the application is `b`), and always',
    ],
  ]
  for (const [condition, words] of cases) {
    test(words, () => assert.equal(conditionWords(condition), words))
  }
})
