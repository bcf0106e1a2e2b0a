import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from 'kysely'
import { readDurability } from '../../../bridge/store/read-durability.ts'
import type { TestEngine } from '../../support/each-engine.ts'

export const durabilityStories = (engine: TestEngine): void => {
  describe('the durability of a database', () => {
    test('D07 complaint 12: is read from a connection of now', async () => {
      const store = await engine.openStore()
      assert.deepEqual(await readDurability(store.database), { engine: engine.name, weak: [] })
      await store.close()
    })

    test('D07 complaint 12: a setting that is weak by then is named', async () => {
      const store = await engine.openStore()
      const [weaken, named] =
        engine.name === 'sqlite'
          ? (['pragma synchronous = off', 'synchronous is 0'] as const)
          : (['set synchronous_commit = off', 'synchronous_commit is off'] as const)
      await store.database.kysely.connection().execute(async (kysely) => {
        await sql.raw(weaken).execute(kysely)
        assert.deepEqual((await readDurability({ engine: engine.name, kysely })).weak, [named])
      })
      await store.close()
    })
  })
}
