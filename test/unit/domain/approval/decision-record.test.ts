import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type DecisionRecord, decisionRecordText } from '../../../../bridge/domain/approval/decision-record.ts'

const record: DecisionRecord = {
  realm: 'demo',
  case: 'fb-1',
  approval: 'a-1',
  id: 'ann',
  name: 'ann',
  verdict: 'approve',
  method: 'in_person',
  seen: undefined,
  reason: 'stands before me',
  factsDigest: 'f'.repeat(64),
  acr: '2',
  authTime: 1,
  token: 't-1',
  at: 2,
  recordedBy: undefined,
  confirmBy: undefined,
}

describe('the text of a decision', () => {
  test('R23 S05: a record from before place and document were asked for has the text that it had', () => {
    assert.equal(
      decisionRecordText(record),
      'fallback-bridge/decision/v1\n{"acr":"2","approval":"a-1","at":2,"authTime":1,"case":"fb-1","confirmBy":null,' +
        `"factsDigest":"${'f'.repeat(64)}","id":"ann","method":"in_person","name":"ann","realm":"demo",` +
        '"reason":"stands before me","recordedBy":null,"token":"t-1","verdict":"approve"}',
    )
  })

  test('R23 S05: place and document are in it, so that neither can be changed or denied', () => {
    const seen = { place: 'Gate 3', document: 'passport' } as const
    const texts = [undefined, seen, { ...seen, place: 'Gate 4' }, { ...seen, document: 'staff_badge' as const }].map(
      (one) => decisionRecordText({ ...record, seen: one }),
    )
    assert.equal(new Set(texts).size, 4)
    assert.match(texts[1] ?? '', /"seen":\{"document":"passport","place":"Gate 3"\}/)
  })
})
