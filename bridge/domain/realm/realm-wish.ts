/** Levels of authentication that the flow gives, and their names in the realm's acr map. */
export type Levels = { fallback: number; standard: number; passkey: number }

/** What an administrator wants of a realm; the same for plan, apply, verify and export. */
export type RealmWish = {
  /** Base URL of the bridge as Keycloak reaches it. */
  bridgeUrl: string
  bridgeId: string
  /** RFC 7638 thumbprints of the bridge's answer keys, one or two. */
  thumbprints: readonly string[]
  /** Allow plain HTTP to another host. */
  allowPlainHttp: boolean
  /** Client of the bridge, and its public keys as a JWKS; undefined leaves the keys of a client that is there. */
  clientId: string
  jwks: string | undefined
  /** Group whose members alone may use the fallback; undefined for everybody. */
  pilotGroup: string | undefined
  /** Client that alone gets the new flow; undefined for the realm and every client with a flow of its own. */
  onlyClient: string | undefined
  levels: Levels
  /** Switch on WebAuthn steps that stand in the flow switched off. */
  enableWebAuthn: boolean
  /** Ask for a password after the failure where the flow asks for none anywhere. */
  addPasswordForm: boolean
  /** Make the client and the realm roles that people need who decide. */
  withPeople: boolean
}

/** Above the level 1 that Keycloak gives to logins without any level, so that no other login is called a fallback. */
export const usualLevels: Levels = { fallback: 2, standard: 3, passkey: 4 }

/** Seconds for which levels and authentication methods are remembered, at least the life of a session. */
export const referenceSeconds = (ssoSessionMaxLifespan: number): string =>
  String(Math.max(36_000, ssoSessionMaxLifespan))
