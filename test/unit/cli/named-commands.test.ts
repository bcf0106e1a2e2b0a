import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { languages } from '../../../bridge/notify/notice-texts.ts'
import { callCaseCli } from '../../support/call-case-cli.ts'
import { caseId } from '../../support/fake-operations.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

describe('commands that are named', () => {
  test('a notice names commands that work as they stand there; at most where the API is has still to be said', async () => {
    const texts = Object.values(languages).flatMap((language) => Object.values(language))
    const named = texts.flatMap((text) => [
      ...text.replaceAll('{case}', caseId).matchAll(/fallback-bridge (case(?: (?:--)?[a-z_-]+)+(?: fb-[0-9a-f-]+)?)/g),
    ])
    assert.ok(named.length >= 8)
    for (const [, command = ''] of named) {
      const [, ...args] = command.split(' ')
      const run = await callCaseCli(args, { env: {}, typed: ['it is not expected at all'] })
      assert.equal(run.code, 78, `${command}: ${run.err}`)
      assert.match(run.err, /FALLBACK_BRIDGE_OPERATIONS_URL/)
    }
  })

  test('every case command of the documents is there', async () => {
    const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })]
    const named = documents.flatMap((path) => [
      ...readFileSync(`${root}/${path}`, 'utf8').matchAll(/`(?:fallback-bridge )?case ((?:evidence )?[a-z][a-z-]*)/g),
    ])
    const commands = new Set(named.map(([, command = '']) => command))
    assert.ok(commands.size >= 18, [...commands].join(', '))
    for (const command of commands) {
      const run = await callCaseCli([...command.split(' '), '--help'])
      assert.deepEqual([run.code, run.out.startsWith(`Usage: fallback-bridge case ${command}`)], [0, true], command)
    }
  })
})
