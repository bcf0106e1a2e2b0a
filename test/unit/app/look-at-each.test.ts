import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lookAtEach } from '../../../bridge/app/look-at-each.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'

describe('one look at many', () => {
  const lookWith = async (failing: Readonly<Record<string, Error>>, isStopping = () => false) => {
    const looked: string[] = []
    const ended = lookAtEach(['a', 'b', 'c', 'd'], isStopping, async (row) => {
      looked.push(row)
      const error = failing[row]
      if (error !== undefined) throw error
    })
    const thrown = await ended.then(
      () => undefined,
      (error: unknown) => error,
    )
    return { looked: looked.join(''), thrown }
  }

  test('one that fails keeps nobody behind it waiting, and the first failure comes out', async () => {
    const [first, second] = [new Error('first'), new Error('second')]
    assert.deepEqual(await lookWith({ b: first, c: second }), { looked: 'abcd', thrown: first })
    assert.deepEqual(await lookWith({}), { looked: 'abcd', thrown: undefined })
  })

  test('where Keycloak cannot be reached nobody else is asked about', async () => {
    const away = new BridgeError('keycloak_unreachable')
    assert.deepEqual(await lookWith({ a: new Error('before'), b: away }), { looked: 'ab', thrown: away })
  })

  test('it ends between two where the bridge is stopping', async () => {
    let looks = 0
    assert.deepEqual(
      await lookWith({}, () => {
        looks += 1
        return looks > 2
      }),
      { looked: 'ab', thrown: undefined },
    )
  })
})
