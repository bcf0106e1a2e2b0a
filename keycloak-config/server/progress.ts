/** Takes one finished line, without its line break. */
export type Progress = (line: string) => void

/** Progress for a terminal or a CI log: plain lines on standard output. */
export const printProgress: Progress = (line) => {
  process.stdout.write(`${line}\n`)
}

/**
 * Waits for `work` and says every `everyMs` that it still goes on, so that nothing long is ever silent.
 * `describe` gets the seconds gone by; it returns nothing when there is nothing new to say.
 */
export const withHeartbeat = async <T>(
  work: Promise<T>,
  progress: Progress,
  describe: (seconds: number) => string | undefined,
  everyMs = 5_000,
): Promise<T> => {
  const began = Date.now()
  const timer = setInterval(() => {
    const line = describe(Math.round((Date.now() - began) / 1_000))
    if (line !== undefined) progress(line)
  }, everyMs)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
