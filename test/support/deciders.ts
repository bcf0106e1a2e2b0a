import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

/** Groups of the demo realm that its policy asks. Each has its realm role there. */
export const decidingGroups = ['/service-desk-leads', '/managers', '/security-analysts'] as const

/** The realm with two accounts in each of them, as many as let nobody be missed. */
export const withDeciders = (realm: RealmRepresentation): RealmRepresentation => ({
  ...realm,
  users: [
    ...(realm.users ?? []),
    ...decidingGroups.flatMap((group) =>
      ['first', 'second'].map((which) => ({
        username: `${which}-of-${group.slice(1)}`,
        enabled: true,
        groups: [group],
      })),
    ),
  ],
})
