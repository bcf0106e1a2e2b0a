import { generateSync } from 'otplib'

const STEP_SECONDS = 30

/** The authenticator app of a person: shows a code for each 30 s. Times are epoch milliseconds. */
export type CodeApp = {
  /** The code shown at this time. */
  codeAt(atMs: number): string
}

/** Number of the 30 s step that holds this time. */
export const timeStepAt = (atMs: number): number => Math.floor(atMs / 1_000 / STEP_SECONDS)

/** First moment of a step. */
export const startOfTimeStep = (step: number): number => step * STEP_SECONDS * 1_000

/** An app into which this key (base32, as shown for typing, spaces do not count) was entered. */
export const createCodeApp = (key: string): CodeApp => {
  const secret = key.replace(/\s/g, '').toUpperCase()
  return {
    codeAt: (atMs) =>
      generateSync({ secret, epoch: Math.floor(atMs / 1_000), algorithm: 'sha1', digits: 6, period: STEP_SECONDS }),
  }
}
