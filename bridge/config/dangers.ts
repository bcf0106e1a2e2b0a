import { isLoopback } from '../domain/loopback.ts'
import type { Environment } from './setting-text.ts'
import { prefix, type SettingValues } from './settings.ts'

/** Settings that are each right and dangerous together, one sentence each. Looks at those that could be read. */
export const dangers = (values: Partial<SettingValues>, environment: Environment): readonly string[] => [
  ...credentials(values),
  ...plainHttp(values),
  ...ports(values),
  ...halves(values),
  ...(environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
    ? [
        'NODE_TLS_REJECT_UNAUTHORIZED=0 would accept any server as Keycloak; name your authority in NODE_EXTRA_CA_CERTS.',
      ]
    : []),
]

const credentials = (values: Partial<SettingValues>): readonly string[] => {
  // A key or secret that was given and could not be read has its own sentence.
  if (!('CLIENT_KEY' in values && 'CLIENT_SECRET' in values)) return []
  const given = [values.CLIENT_KEY, values.CLIENT_SECRET].filter((credential) => credential !== undefined)
  if (given.length === 1) return []
  return [`Exactly one of ${prefix}CLIENT_KEY and ${prefix}CLIENT_SECRET is needed, each also as a file.`]
}

const plainHttp = (values: Partial<SettingValues>): readonly string[] => {
  if (values.ALLOW_INSECURE_HTTP !== false) return []
  const way = `set ${prefix}ALLOW_INSECURE_HTTP=true only in a closed network`
  const urls = (['KEYCLOAK_URL', 'KEYCLOAK_ISSUER_BASE', 'OPERATIONS_PUBLIC_URL', 'WEBHOOK_URL'] as const)
    .filter((name) => isPlain(values[name]))
    .map((name) => `${prefix}${name} is plain http beyond this machine; use https, or ${way}.`)
  const isEncrypted = values.TLS_CERT_FILE !== undefined && values.TLS_KEY_FILE !== undefined
  const hosts = (['HOST', 'MANAGEMENT_HOST', 'OPERATIONS_HOST'] as const)
    .filter((name) => !isEncrypted && values[name] !== undefined && !isLoopback(values[name]))
    .map(
      (name) =>
        `${prefix}${name} is reachable from other machines without TLS; give ${prefix}TLS_CERT_FILE, or ${way}.`,
    )
  return [...urls, ...hosts]
}

const ports = (values: Partial<SettingValues>): readonly string[] =>
  pairs.flatMap(([one, other]) => {
    const port = values[one]
    return port !== undefined && port !== 0 && port === values[other]
      ? [`${prefix}${one} and ${prefix}${other} are the same; each listener has a port of its own.`]
      : []
  })

const pairs = [
  ['PORT', 'MANAGEMENT_PORT'],
  ['PORT', 'OPERATIONS_PORT'],
  ['MANAGEMENT_PORT', 'OPERATIONS_PORT'],
] as const

/** What does nothing, or nothing safe, without its other half. */
const halves = (values: Partial<SettingValues>): readonly string[] =>
  (
    [
      ['SMTP_URL', 'MAIL_FROM', 'mail needs a sender'],
      ['MAIL_FROM', 'SMTP_URL', 'no mail would be sent'],
      ['SECURITY_MAIL', 'SMTP_URL', 'no mail would be sent'],
      ['WEBHOOK_URL', 'WEBHOOK_SECRET', 'nobody could tell a genuine notice from a forged one'],
      ['WEBHOOK_SECRET', 'WEBHOOK_URL', 'no notice would be sent'],
    ] as const
  )
    // One that was given and could not be read has its own sentence.
    .filter(([given, needed]) => values[given] !== undefined && needed in values && values[needed] === undefined)
    .map(([given, needed, why]) => `${prefix}${given} is given without ${prefix}${needed}; ${why}.`)

const isPlain = (text: string | undefined): boolean => {
  const url = text === undefined ? null : URL.parse(text)
  return url?.protocol === 'http:' && !isLoopback(url.hostname)
}
