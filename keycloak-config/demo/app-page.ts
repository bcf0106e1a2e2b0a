import type { JWTPayload } from 'jose'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand in HTML, also inside an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1f2328; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: .35rem 1.5rem .35rem 0; border-bottom: 1px solid #d0d7de; font-weight: normal; vertical-align: top; }
th { color: #59636e; }
a { color: #0550ae; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } th { color: #9198a1; } th, td { border-color: #3d444d; } a { color: #79c0ff; } }`

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`

/** The page for somebody who is not signed in; `problem` says why the last attempt came to nothing. */
export const welcomePage = (problem?: string): string =>
  page(
    'Demo application',
    `${problem === undefined ? '' : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`}
<p>This application leaves signing in to Keycloak.</p>
<p><a id="sign-in" href="/sign-in">Sign in</a></p>`,
  )

const SHOWN: [claim: string, meaning: string][] = [
  ['preferred_username', 'signed in as'],
  ['acr', 'level of the login (acr)'],
  ['amr', 'methods used (amr)'],
  ['fallback_case', 'case of the fallback (fallback_case)'],
  ['fallback_ends_at', 'end of this session (fallback_ends_at)'],
]

const show = (claim: string, value: unknown): string => {
  if (claim === 'fallback_ends_at' && typeof value === 'number') return new Date(value * 1_000).toISOString()
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** The page that shows what the ID token says about this login. */
export const claimsPage = (claims: JWTPayload): string => {
  const rows = SHOWN.filter(([claim]) => claims[claim] !== undefined).map(
    ([claim, meaning]) =>
      `<tr><th scope="row">${escapeHtml(meaning)}</th><td id="claim-${claim}">${escapeHtml(show(claim, claims[claim]))}</td></tr>`,
  )
  const opening =
    claims['fallback_case'] === undefined
      ? 'This login used the passkey, or is the first one that sets it up.'
      : 'The passkey check failed this time: this login came through the fallback, and is worth less.'
  return page(
    'You are signed in',
    `<p>${opening}</p>
<table>${rows.join('')}</table>
<p><a id="enrol" href="/sign-in?action=fallback-bridge-enrol">Set up a fallback code</a></p>
<p><a id="register" href="/sign-in?action=webauthn-register">Register a passkey</a></p>
<p><a id="sign-out" href="/sign-out">Sign out</a></p>`,
  )
}
