import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** Asks for a password at a terminal without showing it; undefined where standard input is none. */
export const askPassword = async (question: string): Promise<string | undefined> => {
  if (!process.stdin.isTTY) return undefined
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, written) => written() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await new Promise((resolve) => {
      terminal.once('line', resolve)
      terminal.once('close', () => resolve(undefined))
    })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
