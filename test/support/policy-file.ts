import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FallbackRealm } from './fallback-realm.ts'

const standard = new URL('../../bridge/policy/standard.yaml', import.meta.url)

/** Numbers of the standard policy, by their names there. */
export type PolicyNumbers = Readonly<Record<string, number>>

/** Starts the realm's bridge with the standard policy, some of its numbers changed. */
export const startBridgeWithPolicy = async (realm: FallbackRealm, numbers: PolicyNumbers) => {
  const { dataDir, env } = realm.bridgeOptions
  const text = Object.entries(numbers).reduce(withNumber, await readFile(standard, 'utf8'))
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'policy.yaml')
  await writeFile(file, text)
  return realm.startBridge({ env: { ...env, FALLBACK_BRIDGE_POLICY_FILE: file } })
}

const withNumber = (text: string, [name, value]: [string, number]): string => {
  const changed = text.replace(new RegExp(`^( *${name}:) *\\d+`, 'm'), `$1 ${value}`)
  if (changed === text) throw new Error(`The standard policy has no ${name}, or has it so already`)
  return changed
}
