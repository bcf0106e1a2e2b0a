import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import type { DevelopmentKeys } from '../../keycloak-config/demo/demo-state.ts'
import { DEMO_CLIENTS } from '../../keycloak-config/realm/realm.ts'
import { type FallbackRealm, openFallbackRealm } from './fallback-realm.ts'
import type { TestKeycloak } from './keycloak.ts'

/** Makes two realms with one bridge for both; the first one holds it. */
export const openTwoRealms = async (
  keycloak: TestKeycloak,
): Promise<{ first: FallbackRealm; second: FallbackRealm; remove: () => Promise<void> }> => {
  const first = await openFallbackRealm(keycloak, { withoutBridge: true })
  const second = await openFallbackRealm(keycloak, {
    withoutBridge: true,
    bridgeUrl: `http://localhost:${first.bridgeOptions.port}`,
    change: (realm) => trusting(realm, first.keys),
  })
  await first.startBridge({ realms: [first.realm, second.realm] })
  return {
    first,
    second,
    remove: async () => {
      await first.remove()
      await second.remove()
    },
  }
}

/** The realm with the keys of another realm's bridge. */
const trusting = (
  realm: RealmRepresentation,
  { answerKeyThumbprint, clientJwks }: DevelopmentKeys,
): RealmRepresentation => {
  const trusted = <Part extends { config?: Record<string, unknown> }>(part: Part): Part =>
    part.config?.['bridgeKeyThumbprints'] === undefined
      ? part
      : { ...part, config: { ...part.config, bridgeKeyThumbprints: answerKeyThumbprint } }
  return {
    ...realm,
    authenticatorConfig: realm.authenticatorConfig?.map(trusted) ?? [],
    requiredActions: realm.requiredActions?.map(trusted) ?? [],
    clients:
      realm.clients?.map((client) =>
        client.clientId === DEMO_CLIENTS.bridge
          ? { ...client, attributes: { ...client.attributes, 'jwks.string': JSON.stringify(clientJwks) } }
          : client,
      ) ?? [],
  }
}
