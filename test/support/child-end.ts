import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** How a process ended: its exit code, and all that it wrote. */
export type ChildEnd = { code: number | null; output: string; errors: string }

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>

/** Collects what it writes until it ends; it is killed if it outlives the test's process by mistake. */
export const collectUntilEnd = (child: Child): { output: () => string; ended: Promise<ChildEnd> } => {
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const endWithUs = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', endWithUs)
  const ended = once(child, 'close').then(([code]): ChildEnd => {
    process.off('exit', endWithUs)
    return { code, output, errors }
  })
  return { output: () => output, ended }
}
