import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type FallbackRealm, untilRealmSeen } from './fallback-realm.ts'

const demo = new URL('../../keycloak-config/demo/policy.yaml', import.meta.url)

/** Limits of the demo policy’s standard profile, by their names there. */
export type PolicyNumbers = Readonly<Record<string, number>>

type Document = { profiles: Record<string, { limits: Record<string, number> }> }

/**
 * Starts the realm's bridge with the demo policy, some of its limits changed, and with `more` in it; privileged gets half of
 * the limits, a broken glass an hour.
 */
export const startBridgeWithPolicy = async (realm: FallbackRealm, numbers: PolicyNumbers, more: object = {}) => {
  const { dataDir, env } = realm.bridgeOptions
  const document = parse(await readFile(demo, 'utf8')) as Document
  for (const [name, { limits }] of Object.entries(document.profiles)) {
    for (const [limit, value] of Object.entries(numbers)) {
      if (limits[limit] === undefined) throw new Error(`The demo policy has no limit ${limit}`)
      const given = name === 'privileged' ? Math.max(1, Math.floor(value / 2)) : value
      limits[limit] = name === 'break-glass' && limit === 'sessionSeconds' ? Math.min(given, 3_600) : given
    }
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'policy.yaml')
  await writeFile(file, stringify({ ...document, ...more }))
  const bridge = await realm.startBridge({ env: { ...env, FALLBACK_BRIDGE_POLICY_FILE: file } })
  await untilRealmSeen(bridge, realm.realm)
  return bridge
}
