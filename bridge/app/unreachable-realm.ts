/** What usually is behind a failed look at a realm, by the code of the failure. */
const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  token_http_400: 'it does not accept the bridge’s client there; compare client id and key',
  token_http_401: 'it does not accept the bridge’s client there; compare client id and key',
  token_http_404: 'it knows no realm of this name',
  http_403_forbidden: 'the service account of the bridge’s client lacks its roles',
  http_404: 'the provider is not installed in it',
}

/** Why a realm could not be looked at, in words for its operator; the code stands beside them for searching. */
export const unreachableText = (problem: string | undefined): string => {
  const cause = problem === undefined ? undefined : causes[problem]
  const sentence = `Keycloak could not be asked about the realm (${problem ?? 'no reason'})`
  return cause === undefined ? `${sentence}.` : `${sentence}: ${cause}.`
}
