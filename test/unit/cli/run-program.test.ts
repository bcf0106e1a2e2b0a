import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CommandAnswer, done, faulty, notPassed } from '../../../bridge/cli/command-answer.ts'
import { type CommandGroup, runProgram } from '../../../bridge/cli/run-program.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'

const run = async (
  args: readonly string[],
  work: () => CommandAnswer | Promise<CommandAnswer> = () => done('fine', {}),
) => {
  const group: CommandGroup = (program, act) => {
    program
      .command('do')
      .requiredOption('--realm <realm>')
      .option('--json')
      .action(() => act(work))
  }
  const said = { out: '', err: '' }
  const code = await runProgram(args, {
    version: '1.2.3',
    groups: [group],
    write: (text) => {
      said.out += text
    },
    tell: (text) => {
      said.err += text
    },
  })
  return { code, ...said }
}
const order = ['do', '--realm', 'demo']

describe('the command line', () => {
  test('an answer is all that stands on standard output, as text or as one JSON document', async () => {
    assert.deepEqual(await run(order, () => done('fine', { ok: true })), { code: 0, out: 'fine\n', err: '' })
    const asJson = await run([...order, '--json'], () => done('fine', { ok: true }))
    assert.deepEqual([asJson.code, JSON.parse(asJson.out), asJson.err], [0, { ok: true }, ''])
  })

  test('a check that was not passed exits with 1 and still answers', async () => {
    assert.deepEqual(await run(order, () => notPassed('two problems', {})), { code: 1, out: 'two problems\n', err: '' })
  })

  test('a fault goes to standard error with what to do next; its exit code tells its kind', async () => {
    for (const [exit, code] of [
      ['refused', 1],
      ['usage', 2],
      ['temporary', 75],
      ['configuration', 78],
    ] as const) {
      const faulted = () => faulty(exit, 'some_code', 'It did not work.', 'Do this.')
      assert.deepEqual(await run(order, faulted), { code, out: '', err: 'It did not work.\nDo this.\n' })
      const asJson = await run([...order, '--json'], faulted)
      assert.equal(asJson.code, code)
      assert.deepEqual(JSON.parse(asJson.out), {
        error: { code: 'some_code', sentence: 'It did not work.', next: 'Do this.' },
      })
    }
  })

  test('what passes by itself exits with 75', async () => {
    for (const code of ['unavailable', 'case_conflict', 'keycloak_unreachable'] as const) {
      assert.equal((await run(order, () => Promise.reject(new BridgeError(code)))).code, 75)
    }
  })

  test('I11: an error that nobody expected is told by its class; its message may quote a secret', async () => {
    const failed = await run(order, () => Promise.reject(new RangeError('postgres://user:password@host')))
    assert.equal(failed.code, 1)
    assert.match(failed.err, /RangeError/)
    assert.doesNotMatch(failed.err + failed.out, /password/)
  })

  test('wrong usage exits with 2: an unknown command or option, or one that is missing', async () => {
    for (const args of [['undo'], ['do'], [...order, '--colour', 'red'], [...order, 'too', 'many']]) {
      const { code, out, err } = await run(args)
      assert.deepEqual([code, out], [2, ''], args.join(' '))
      assert.match(err, /--help/)
    }
    const asJson = await run(['do', '--json'])
    assert.equal(asJson.code, 2)
    assert.match(JSON.parse(asJson.out).error.sentence, /--realm/)
  })

  test('help and version are asked for, not refused', async () => {
    assert.deepEqual(await run(['--version']), { code: 0, out: '1.2.3\n', err: '' })
    const help = await run(['--help'])
    assert.deepEqual([help.code, help.err], [0, ''])
    assert.match(help.out, /do/)
  })
})
