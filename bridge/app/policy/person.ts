/** Who acts on policies: somebody who signed in, by Keycloak's id and user name. */
export type Person = { id: string; name: string }

/** How a history names a person. */
export const actorOf = ({ id }: Person): string => `user:${id}`
