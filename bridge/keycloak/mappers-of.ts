import type ProtocolMapperRepresentation from '@keycloak/keycloak-admin-client/lib/defs/protocolMapperRepresentation.js'
import type { MapperState } from '../domain/realm/realm-state.ts'

/** Mappers of a client or scope, as the tool compares them. */
export const mappersOf = (found: readonly ProtocolMapperRepresentation[] = []): readonly MapperState[] =>
  found.map(({ name, protocolMapper, config }) => ({
    name: name ?? '',
    mapper: protocolMapper ?? '',
    config: (config ?? {}) as Record<string, string>,
  }))
