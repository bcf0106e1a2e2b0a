import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { type FallbackRealm, type FallbackRealmWishes, openFallbackRealm } from './fallback-realm.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import type { TestKeycloak } from './keycloak.ts'

/** A realm whose Keycloak reaches its bridge through a proxy of the test. */
export type ProxiedRealm = { realm: FallbackRealm; proxy: FaultProxy; remove: () => Promise<void> }

/** Opens one; the proxy passes everything on until told otherwise. */
export const openProxiedRealm = async (
  keycloak: TestKeycloak,
  wishes: FallbackRealmWishes = {},
): Promise<ProxiedRealm> => {
  let realm: FallbackRealm | undefined
  const proxy = await startFaultProxy(() => realm?.bridge?.baseUrl ?? 'http://localhost:1')
  realm = await openFallbackRealm(keycloak, { ...wishes, bridgeUrl: proxy.url })
  const remove = realm.remove
  return {
    realm,
    proxy,
    remove: async () => {
      await remove()
      await proxy.close()
    },
  }
}

/** Changes settings of the fallback step, in a realm that is not made yet. */
export const withStepSettings =
  (settings: Record<string, string>) =>
  (realm: RealmRepresentation): RealmRepresentation => ({
    ...realm,
    authenticatorConfig:
      realm.authenticatorConfig?.map((one) =>
        one.alias === stepConfigAlias ? { ...one, config: { ...one.config, ...settings } } : one,
      ) ?? [],
  })

/** Changes settings of the fallback step of a realm. */
export const changeStepSettings = async (
  { admin, realm }: FallbackRealm,
  settings: Record<string, string>,
): Promise<void> => {
  const steps = await admin.authenticationManagement.getExecutions({ realm, flow: 'two-factor with fallback' })
  const id = steps.find(({ alias }) => alias === stepConfigAlias)?.authenticationConfig
  if (id === undefined) throw new Error('The realm has no fallback step')
  const current = await admin.authenticationManagement.getConfig({ realm, id })
  const config = { ...current.config, ...settings }
  await admin.authenticationManagement.updateConfig({ ...current, realm, id, config })
}

const stepConfigAlias = 'two-factor fallback'
