import type { KeyObject } from 'node:crypto'
import type { Secret } from './secret.ts'
import type { SettingValues } from './settings.ts'

/** By what the bridge signs in to Keycloak. `dangers` has made sure that exactly one is there. */
export const credentialOf = ({
  CLIENT_KEY,
  CLIENT_SECRET,
}: Pick<SettingValues, 'CLIENT_KEY' | 'CLIENT_SECRET'>):
  | { readonly key: Secret<KeyObject> }
  | { readonly secret: Secret<string> } => {
  if (CLIENT_KEY !== undefined) return { key: CLIENT_KEY }
  if (CLIENT_SECRET !== undefined) return { secret: CLIENT_SECRET }
  throw new TypeError('no client credential')
}
