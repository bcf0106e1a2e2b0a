import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { operationNames } from '../../../bridge/app/operations/operation-names.ts'
import { describeOperations } from '../../../bridge/http/operations/describe-operations.ts'
import { operationRoutes } from '../../../bridge/http/operations/routes.ts'

describe('the OpenAPI document', () => {
  test('docs/openapi.json is what the code says; npm run docs writes it', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8'))
    assert.deepEqual(written, JSON.parse(JSON.stringify(describeOperations())))
  })

  test('it names every route once, and each name is one of those that are counted and logged', () => {
    const { paths } = describeOperations()
    const named = Object.values(paths).flatMap((methods) =>
      Object.values(methods as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
    )
    assert.deepEqual(
      named.toSorted(),
      [...operationRoutes.map(({ operation }) => operation), 'readDescription'].toSorted(),
    )
    assert.deepEqual([...named, 'notMe'].toSorted(), [...operationNames].toSorted())
  })

  test('everything but the document itself needs a person, and every object that comes in is closed', () => {
    const { paths, security } = describeOperations()
    assert.deepEqual(security, [{ person: [] }])
    for (const [path, methods] of Object.entries(paths)) {
      for (const { security: own, requestBody } of Object.values(methods as Record<string, Described>)) {
        assert.deepEqual(own, path === '/v1/openapi.json' ? [] : undefined, path)
        for (const one of objectsIn(requestBody)) assert.equal(one.additionalProperties, false, path)
      }
    }
    const closed = operationRoutes.filter(({ method }) => method === 'post').length
    const bodies = Object.values(paths).flatMap((methods) =>
      Object.values(methods as Record<string, Described>).filter(
        ({ requestBody }) => objectsIn(requestBody).length > 0,
      ),
    )
    assert.equal(bodies.length, closed)
  })
})

type Described = { security?: unknown; requestBody?: unknown }
type ObjectSchema = { type: unknown; additionalProperties?: unknown }

/** Every object schema in a description, at any depth. */
const objectsIn = (part: unknown): readonly ObjectSchema[] => {
  if (typeof part !== 'object' || part === null) return []
  const own: ObjectSchema[] = 'type' in part && part.type === 'object' ? [part] : []
  return [...own, ...Object.values(part).flatMap(objectsIn)]
}
