import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type Evidence,
  evidenceDigestText,
  evidenceSchemaOf,
  missingEvidence,
} from '../../../bridge/domain/evidence.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import type { EvidenceItem } from '../../../bridge/domain/policy/policy.ts'
import { buildPolicy } from '../../support/policies.ts'

const item = (id: string, required = true): EvidenceItem => ({ id, kind: 'text', required, why: 'A test asks for it.' })
const given = (of: string, differs: Partial<Evidence> = {}): Evidence => ({
  id: asId(`evidence-${of}`),
  item: of,
  kind: 'text',
  by: asId('ann'),
  byName: 'ann',
  at: 1,
  isLate: false,
  sha256: 'a'.repeat(64),
  size: 1,
  mediaType: 'text/plain',
  ...differs,
})

describe('the evidence of a case', () => {
  test('R4: required items that nobody gave are named, in the schema’s order', () => {
    const schema = [item('c'), item('a'), item('optional', false), item('b')]
    assert.deepEqual(missingEvidence(schema, [given('a')]), ['c', 'b'])
    assert.deepEqual(
      missingEvidence(
        schema,
        ['a', 'b', 'c'].map((of) => given(of)),
      ),
      [],
    )
  })

  test('R11: an item that came late does not fill the gap', () => {
    assert.deepEqual(missingEvidence([item('a')], [given('a', { isLate: true })]), ['a'])
  })

  test('a schema that the policy does not have is none, and no schema at all asks for nothing', () => {
    const policy = buildPolicy({ evidence: { known: [item('a')] } })
    assert.deepEqual(evidenceSchemaOf(policy, null), [])
    assert.equal(evidenceSchemaOf(policy, 'gone'), undefined)
    assert.deepEqual(evidenceSchemaOf(policy, 'known'), [item('a')])
  })

  test('R41: what a reviewer decides about changes with each item and each content, and not with their order', () => {
    const two = [given('a'), given('b')]
    assert.equal(evidenceDigestText(two), evidenceDigestText(two.toReversed()))
    assert.notEqual(evidenceDigestText(two), evidenceDigestText([given('a')]))
    assert.notEqual(evidenceDigestText(two), evidenceDigestText([given('a'), given('b', { sha256: 'b'.repeat(64) })]))
  })
})
