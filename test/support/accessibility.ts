import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const options: RunOptions = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }

/** Keycloak's own frame has a label for another id on it, on each page after the first one: not ours to mend. */
const scope = { exclude: ['#kc-attempted-username'] }

let source: Promise<string> | undefined

/** Fails with the rules and elements in question if axe-core finds the page in breach of WCAG 2.2 A or AA. */
export const assertAccessible = async (page: Page): Promise<void> => {
  source ??= readFile(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
  await page.evaluate(await source)
  const { violations, passes } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(scope)}, ${JSON.stringify(options)})`,
  )
  assert.deepEqual(
    violations.map(({ id, help, nodes }) => ({ id, help, elements: nodes.map(({ html }) => html) })),
    [],
  )
  assert.ok(passes.length > 5, 'axe has looked at something')
}
