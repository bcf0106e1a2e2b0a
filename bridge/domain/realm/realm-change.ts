import type { InstallRecord } from './install-record.ts'
import type { EventSettings, MapperState } from './realm-state.ts'
import type { WantedFlow } from './wanted-flow.ts'

/** One change of a realm. Each can be made again without harm, also after it was made by half. */
export type RealmChange =
  | { kind: 'create_client'; clientId: string; jwks: string; record: InstallRecord }
  | { kind: 'set_client_keys'; clientId: string; jwks: string }
  | { kind: 'save_record'; clientId: string; record: InstallRecord | undefined }
  | { kind: 'create_role'; clientId: string; role: string; description: string }
  | { kind: 'grant_role'; clientId: string; role: string }
  | { kind: 'set_events'; values: EventSettings; before: EventSettings }
  | { kind: 'set_user_verification'; twoFactor: string; passwordless: string }
  | { kind: 'set_acr_map'; map: Readonly<Record<string, number>> | undefined }
  | { kind: 'register_action'; name: string }
  | { kind: 'set_action'; enabled: boolean; config: Readonly<Record<string, string>> }
  | { kind: 'remove_action' }
  | { kind: 'create_scope'; description: string; mappers: readonly MapperState[] }
  | { kind: 'set_mappers'; mappers: readonly MapperState[] }
  | { kind: 'add_realm_scope' }
  | { kind: 'add_client_scope'; clientId: string }
  | { kind: 'remove_client_scope'; clientId: string }
  | { kind: 'remove_scope' }
  | { kind: 'give_pilot_role'; group: string; clientId: string; role: string }
  | { kind: 'take_pilot_role'; group: string; clientId: string; role: string }
  | { kind: 'create_realm_role'; role: string; description: string }
  | { kind: 'delete_realm_role'; role: string }
  | { kind: 'create_people_client'; clientId: string; mappers: readonly MapperState[] }
  | { kind: 'set_people_client'; clientId: string }
  | { kind: 'set_people_mappers'; clientId: string; mappers: readonly MapperState[] }
  | { kind: 'add_scope_role'; clientId: string; role: string }
  | { kind: 'delete_people_client'; clientId: string }
  | { kind: 'build_flow'; flow: WantedFlow; watched: readonly string[] }
  | { kind: 'bind_client'; clientId: string; flow: string | undefined; before: string | undefined }
  | { kind: 'bind_realm'; flow: string; before: string }
  | { kind: 'delete_flow'; flow: string }
  | { kind: 'delete_client'; clientId: string }
