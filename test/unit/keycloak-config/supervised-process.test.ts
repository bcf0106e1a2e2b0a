import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { startSupervised } from '../../../keycloak-config/server/supervised-process.ts'
import { waitUntil } from '../../../keycloak-config/server/wait-until.ts'

const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-supervised-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const isAlive = (pid: number): boolean => {
  try {
    // A process that has ended may wait for its parent to notice; it does nothing any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** A shell that ignores SIGTERM if told to, with a child of its own; it prints the child's process id. */
const family = (ignore: boolean): string => `${ignore ? "trap '' TERM; " : ''}sleep 300 & echo $!; wait; wait`

const startFamily = async (name: string, ignore = false) => {
  const logFile = join(folder, name)
  const process_ = await startSupervised({ command: 'sh', args: ['-c', family(ignore)], env: process.env, logFile })
  const child = await waitUntil('the child is known', () => Number(readFileSync(logFile, 'utf8').trim()) || undefined)
  return { supervised: process_, child }
}

describe('a supervised process', () => {
  test('ends with all its children when it is stopped', async () => {
    const { supervised, child } = await startFamily('stop')
    assert.ok(supervised.isRunning() && isAlive(child))
    await supervised.stop()
    assert.equal(supervised.isRunning() || isAlive(child), false)
  })

  test('ends by force when it does not listen', async () => {
    const { supervised, child } = await startFamily('deaf', true)
    await supervised.stop(100)
    assert.equal(supervised.isRunning() || isAlive(child), false)
  })

  test('ends at once when it is killed', async () => {
    const { supervised, child } = await startFamily('kill')
    await supervised.kill()
    assert.equal(supervised.isRunning() || isAlive(child), false)
  })

  test('does not outlive its parent, even if that one is killed with -9', async () => {
    const logFile = join(folder, 'orphan')
    const module = new URL('../../../keycloak-config/server/supervised-process.ts', import.meta.url).href
    const program = `const { startSupervised } = await import(${JSON.stringify(module)})
      await startSupervised({ command: 'sh', args: ['-c', ${JSON.stringify(family(false))}], env: process.env, logFile: ${JSON.stringify(logFile)} })
      process.stdout.write('supervised')
      setInterval(() => {}, 1000)`
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: [...stdio] })
    // Killed before it has put its lifeline out, it could not hold anybody back.
    await once(parent.stdout ?? assert.fail(), 'data')
    const child = await waitUntil('the grandchild is known', () => {
      try {
        return Number(readFileSync(logFile, 'utf8').trim()) || undefined
      } catch {
        return undefined
      }
    })
    assert.ok(isAlive(child))
    parent.kill('SIGKILL')
    await waitUntil('the grandchild is gone', () => !isAlive(child))
  })

  test('says so when the command does not exist', async () => {
    const command = join(folder, 'no-such-command')
    await assert.rejects(startSupervised({ command, args: [], env: process.env, logFile: join(folder, 'none') }))
  })
})
