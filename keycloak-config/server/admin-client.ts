import KeycloakAdminClient from '@keycloak/keycloak-admin-client'

/** A client of the master realm that may administer everything, as Keycloak's bootstrap creates it. */
export type AdminCredentials = {
  baseUrl: string
  clientId: string
  clientSecret: string
}

const KEEP_TOKEN_MS = 20_000

/** An admin client, and a way to make it forget its token: a token does not know realms made after it. */
export type AdminAccess = {
  admin: KeycloakAdminClient
  forgetToken: () => void
}

/** Signs in with the bootstrap client; tokens are renewed for as long as the process lives. */
export const createAdminAccess = ({ baseUrl, clientId, clientSecret }: AdminCredentials): AdminAccess => {
  const tokenClient = new KeycloakAdminClient({ baseUrl })
  const admin = new KeycloakAdminClient({ baseUrl })
  let current: { token: Promise<string | undefined>; until: number } | undefined
  admin.registerTokenProvider({
    getAccessToken: () => {
      if (current === undefined || Date.now() >= current.until) {
        const token = tokenClient
          .auth({ grantType: 'client_credentials', clientId, clientSecret })
          .then(() => tokenClient.accessToken)
        token.catch(() => {
          current = undefined
        })
        current = { token, until: Date.now() + KEEP_TOKEN_MS }
      }
      return current.token
    },
  })
  return {
    admin,
    forgetToken: () => {
      current = undefined
    },
  }
}
