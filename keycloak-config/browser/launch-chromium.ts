import { type Browser, chromium } from 'playwright-core'
import { ensureProgram } from '../server/debian-package.ts'
import type { Progress } from '../server/progress.ts'

const QUIET = [
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
]

/**
 * Starts a headless Chromium of this machine, installing it first where that is possible. It looks nothing up beyond the
 * pages it is sent to, and ends with this process.
 */
export const launchChromium = async (progress: Progress): Promise<Browser> => {
  const executablePath = await ensureProgram('chromium', progress)
  // Chromium's own sandbox refuses to run as root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath, headless: true, args: [...QUIET, ...sandbox] })
}
