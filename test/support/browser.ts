import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../keycloak-config/browser/launch-chromium.ts'
import { tellProgress } from './keycloak.ts'

let shared: Promise<Browser> | undefined

// Here, outside of any test, the hook belongs to the whole file.
after(async () => (await shared)?.close())

/** The one Chromium of this test file; open windows of your own in it. */
export const sharedBrowser = (): Promise<Browser> => {
  shared ??= launchChromium(tellProgress)
  return shared
}
