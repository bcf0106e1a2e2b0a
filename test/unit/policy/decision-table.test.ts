import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { bands } from '../../../bridge/domain/policy/ceilings.ts'
import { termsOf } from '../../../bridge/domain/policy/decision.ts'
import type { Policy } from '../../../bridge/domain/policy/policy.ts'
import { decisionTable, renderDecisionTable } from '../../../bridge/policy/decision-table.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'

const file = 'bridge/policy/packs/standard.yaml'
const standard = ((): Policy => {
  const read = readPolicy(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'), { file })
  return 'policy' in read ? read.policy : assert.fail(file)
})()
const rows = decisionTable(standard)

describe('the table of decisions', () => {
  test('has every profile, tier and band, each at the band’s own score', () => {
    assert.equal(rows.length, standard.profiles.length * 2 * bands.length)
    for (const { band, score, decision, profile } of rows) {
      assert.equal(decision.assessment?.profile, profile)
      assert.equal(decision.assessment?.score.total, score, band)
    }
  })

  test('R49: nobody privileged and nobody under the profile for them helps himself; the closed band lets nobody in', () => {
    for (const { profile, tier, band, decision } of rows) {
      const mayAlone = profile === 'standard' && tier === 'standard' && band === 'self-service'
      assert.equal(decision.outcome === 'grant_alternate', mayAlone, `${profile} ${tier} ${band}`)
      if (band === 'closed') assert.equal(decision.outcome, 'deny')
      if (band === 'review') assert.equal(termsOf(decision)?.evidenceReview, true)
    }
  })

  test('R35 R36: who is asked stands with what may make up for it, only where somebody is asked', () => {
    const ratification = { group: '/analysts', withinSeconds: 600 }
    const profiles = standard.profiles.map((one) => ({ ...one, ratification }))
    const lines = renderDecisionTable({ ...standard, profiles }).split('\n')
    const cellOf = (start: string) => lines.find((line) => line.startsWith(start))?.split(' | ')[5]
    assert.equal(
      cellOf('| `standard` | standard | approval'),
      '1 of `/service-desk-leads`; spoken, if confirmed within 15 minutes; ratified within 10 minutes by another of `/analysts`',
    )
    assert.equal(
      cellOf('| `standard` | privileged | approval'),
      '1 of `/service-desk-leads`; ratified within 10 minutes by another of `/analysts`',
    )
    assert.equal(cellOf('| `standard` | standard | self-service'), '')
  })

  test('a band that the policy leaves no score to is left out', () => {
    const policy = { ...standard, risk: { ...standard.risk, bands: { approval: 10, review: 10, closed: 75 } } }
    assert.ok(!decisionTable(policy).some(({ band }) => band === 'approval'))
  })

  test('is the same for the same policy, a line for each row', () => {
    const text = renderDecisionTable(standard)
    assert.equal(renderDecisionTable(structuredClone(standard)), text)
    assert.equal(text.split('\n').filter((line) => line.startsWith('| `')).length, rows.length)
    assert.match(text, /In `standard`, a session of self-service is 1 hour at most \(`degrade`\)/)
  })
})
