import { createInterface } from 'node:readline'

/** Asks a person at a terminal, on standard error; undefined where standard input is none, or they give up (Ctrl-D). */
export const askPerson = async (question: string): Promise<string | undefined> => {
  if (!process.stdin.isTTY) return undefined
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true })
  try {
    return await new Promise((resolve) => {
      terminal.question(question, resolve)
      terminal.once('close', () => resolve(undefined))
    })
  } finally {
    terminal.close()
  }
}
