/** Older Keycloak servers carry published authentication bypasses (CVE-2026-18963, -16089, -90997, -79651, -16103). */
export const minimumServerVersion = '26.7.5'

const parts = (version: string): readonly number[] | undefined => {
  const match = /^(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(version)
  return match === null ? undefined : match.slice(1).map(Number)
}

/** Whether the bridge works with this Keycloak. Anything but three plain numbers counts as too old (I5). */
export const isSupportedServer = (version: string): boolean => {
  const actual = parts(version)
  const minimum = parts(minimumServerVersion)
  if (actual === undefined || minimum === undefined) return false
  for (const [index, least] of minimum.entries()) {
    const part = actual[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}
