import type { FallbackRealm } from './fallback-realm.ts'
import type { Fields } from './tab.ts'

/** One place of a flow that a browser can name in a post: a step or a subflow. */
export type Door = { id: string; name: string; authenticator: string | undefined }

/** Every step and subflow of the flow with this alias. */
export const doorsOf = async ({ admin, realm }: FallbackRealm, flow: string): Promise<Door[]> => {
  const executions = await admin.authenticationManagement.getExecutions({ realm, flow })
  return executions.map(({ id = '', displayName = '', providerId }) => ({
    id,
    name: displayName,
    authenticator: providerId,
  }))
}

/** The step of this provider among them. Throws where there is none. */
export const doorOf = (doors: readonly Door[], authenticator: string): Door => {
  const door = doors.find((each) => each.authenticator === authenticator)
  if (door === undefined) throw new Error(`The flow has no step ${authenticator}`)
  return door
}

/** The fields by which the pages of the fallback, and Keycloak's own, ask for something. */
export const askingFields = (code: string): Fields[] => [
  {},
  { code },
  { path: 'password-bridge-totp' },
  { choose: 'on' },
  { cancel: 'on' },
  { leave: 'on' },
  { retry: 'on' },
  { tryAnotherWay: 'on' },
]

/** The URL with some of its parameters changed; undefined takes one away. */
export const withParameters = (url: string, changes: Readonly<Record<string, string | undefined>>): string => {
  const changed = new URL(url)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) changed.searchParams.delete(name)
    else changed.searchParams.set(name, value)
  }
  return changed.href
}
