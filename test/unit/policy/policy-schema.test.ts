import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import {
  askCeilings,
  bandCeilings,
  ceilings,
  floors,
  profileNames,
  verificationMethods,
} from '../../../bridge/domain/policy/ceilings.ts'
import { choiceFacts, flagFacts, numberFacts, setFacts } from '../../../bridge/domain/policy/condition.ts'
import { describePolicySchema } from '../../../bridge/policy/policy-schema.ts'

type Schema = {
  properties?: Record<string, Schema>
  items?: Schema
  description?: string
  minimum?: number
  maximum?: number
  additionalProperties?: boolean | Schema
  required?: readonly string[]
  enum?: readonly string[]
  $ref?: string
  $defs?: Record<string, Schema>
}

const text = readFileSync(new URL('../../../bridge/policy/policy.schema.json', import.meta.url), 'utf8')
const schema: Schema = JSON.parse(text)

const follow = (from: Schema | undefined): Schema => {
  assert.ok(from)
  const name = from.$ref?.replace('#/$defs/', '')
  return name === undefined ? from : follow(schema.$defs?.[name])
}
const at = (...path: readonly string[]): Schema =>
  path.reduce<Schema>((part, step) => follow(step === '[]' ? part.items : part.properties?.[step]), schema)

describe('the schema of policy documents, for editors', () => {
  test('is what `node bridge/policy/write-policy-schema.ts` writes', () => assert.equal(text, describePolicySchema()))

  test('I14: carries the ceilings of the code for every profile', () => {
    for (const name of profileNames) {
      const limits = at('profiles', name, 'limits')
      for (const [member, ceiling] of Object.entries(ceilings)) {
        assert.equal(limits.properties?.[member]?.maximum, ceiling, member)
        assert.equal(limits.properties?.[member]?.minimum, 1, member)
      }
      assert.equal(limits.properties?.['lockSeconds']?.minimum, floors.lockSeconds)
      assert.deepEqual(new Set(limits.required), new Set([...Object.keys(ceilings), ...Object.keys(floors)]))
    }
    for (const [band, most] of Object.entries(bandCeilings)) assert.equal(at('risk', 'bands', band).maximum, most)
  })

  test('R35 R36: carries how long people may be asked, and by what they may make sure of somebody', () => {
    for (const name of profileNames) {
      assert.equal(at('profiles', name, 'approvalSeconds').maximum, askCeilings.approvalSeconds)
      assert.equal(at('profiles', name, 'verbal', 'withinSeconds').maximum, askCeilings.verbalSeconds)
      assert.equal(at('profiles', name, 'ratification', 'withinSeconds').maximum, askCeilings.ratificationSeconds)
      assert.deepEqual(at('profiles', name, 'methods', '[]').enum, verificationMethods)
      for (const member of ['approvalSeconds', 'verbal', 'ratification', 'methods']) {
        assert.ok(at('profiles', name, member).description, member)
        assert.ok(!at('profiles', name).required?.includes(member), member)
      }
    }
    for (const member of ['subjects', 'ownReports', 'sharedGroupBelow', 'notSharedGroupBelow']) {
      assert.ok(at('authority', '[]', member).description, member)
    }
  })

  test('knows every fact that a condition can ask for, and says what it is', () => {
    const condition = at('rules', '[]', 'when')
    for (const fact of [...choiceFacts, ...setFacts, ...numberFacts, ...flagFacts]) {
      assert.ok(condition.properties?.[fact]?.description, fact)
    }
  })

  test('refuses unknown fields wherever there are fields', () => {
    const open: string[] = []
    const walk = (part: Schema, path: string): void => {
      if (part.properties !== undefined && part.additionalProperties !== false) open.push(path)
      for (const [name, inner] of Object.entries(part.properties ?? {})) walk(inner, `${path}.${name}`)
      if (part.items !== undefined) walk(part.items, `${path}[]`)
      if (typeof part.additionalProperties === 'object') walk(part.additionalProperties, `${path}.*`)
    }
    walk(schema, '')
    for (const [name, part] of Object.entries(schema.$defs ?? {})) walk(part, name)
    assert.deepEqual(open, [])
  })
})
