import { decodeJwt, errors } from 'jose'

/** The issuer that a token names, unverified; undefined for a text that is no token. */
export const issuerOfToken = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined
    throw error
  }
}
