import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'

/** The group at a path (`/staff/pilot`); undefined where there is none. */
export const findGroup = async (
  client: KeycloakAdminClient,
  realm: string,
  path: string,
): Promise<string | undefined> => {
  const parts = path.split('/').filter((part) => part !== '')
  const [name] = parts.slice(-1)
  if (name === undefined) return undefined
  const level = async (within: string | undefined, left: readonly string[]): Promise<string | undefined> => {
    const [wanted, ...rest] = left
    if (wanted === undefined) return within
    const found =
      within === undefined
        ? await client.groups.find({ realm, search: wanted, exact: true } as never)
        : await client.groups.listSubGroups({ realm, parentId: within, max: 1000 })
    const next = found.find((group) => group.name === wanted)?.id
    return next === undefined ? undefined : level(next, rest)
  }
  return level(undefined, parts)
}
