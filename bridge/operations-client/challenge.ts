/** What a fresh sign-in must reach (RFC 9470): levels of which one is needed, and how old it may be. */
export type Challenge = { acr: readonly string[]; maxAgeSeconds: number | undefined }

/** Reads the challenge of a `WWW-Authenticate` header; undefined where it holds none of this kind. */
export const readChallenge = (header: string | null): Challenge | undefined => {
  if (header === null || !/^Bearer\b/i.test(header)) return undefined
  const parameters = new Map(
    [...header.matchAll(/([a-z_]+)\s*=\s*"([^"]*)"/gi)].map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  )
  if (parameters.get('error') !== 'insufficient_user_authentication') return undefined
  const age = parameters.get('max_age')
  return {
    acr: (parameters.get('acr_values') ?? '').split(' ').filter((name) => /^[A-Za-z0-9._:/-]{1,64}$/.test(name)),
    maxAgeSeconds: age !== undefined && /^[0-9]{1,6}$/.test(age) ? Number(age) : undefined,
  }
}
