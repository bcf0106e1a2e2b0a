import { z } from 'zod'
import { asId, type RealmName } from '../domain/ids.ts'
import { answerKey, clientKey, dataKeys } from './key-schemas.ts'
import { mailAddress, mailAddresses, smtpUrl, webhookSecrets, webhookUrl } from './notice-schemas.ts'
import { createSecret } from './secret.ts'

/** What every setting's name begins with. */
export const prefix = 'FALLBACK_BRIDGE_'

/** One setting: what it does, how its text is read, and what stands in for an absent one. */
export type Setting<Value> = {
  describe: string
  schema: z.ZodType<Value>
  /** Text used where none is given. */
  default?: string
  /** In words, what an absent one means; shown where there is no default. */
  absent: string
  isRequired: boolean
  /** A secret may also come from the file that `<name>_FILE` names. */
  isSecret: boolean
}

type Options = { secret?: boolean; absent?: string }

const required = <Value>(describe: string, schema: z.ZodType<Value>, options: Options = {}): Setting<Value> => ({
  describe,
  schema,
  absent: 'required',
  isRequired: true,
  isSecret: options.secret ?? false,
})

const optional = <Value>(
  describe: string,
  schema: z.ZodType<Value>,
  options: Options = {},
): Setting<Value | undefined> => ({
  describe,
  schema: schema.optional(),
  absent: options.absent ?? 'none',
  isRequired: false,
  isSecret: options.secret ?? false,
})

const preset = <Value>(text: string, describe: string, schema: z.ZodType<Value>): Setting<Value> => ({
  describe,
  schema,
  default: text,
  absent: text,
  isRequired: false,
  isSecret: false,
})

const clientId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ : -')
const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be a host name or an address')
const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true')
const secretText = (schema: z.ZodType<string>) => schema.transform(createSecret)
const path = z.string().max(4096, 'must be the path of a file')

const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message)
}

const baseUrl = z.string().transform((text, context) => {
  const url = URL.parse(text)
  const isBase =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === ''
  if (isBase) return url.href.replace(/\/+$/, '')
  context.addIssue({ code: 'custom', message: 'must be an http or https URL without user, query and fragment' })
  return z.NEVER
})

const realmName = /^[A-Za-z0-9._-]{1,64}$/

const realms = z.string().transform((text, context): readonly RealmName[] => {
  const names = text.split(',').map((part) => part.trim())
  const isRight = names.every((name) => realmName.test(name) && name !== '.' && name !== '..')
  if (isRight && new Set(names).size === names.length) return names.map((name) => asId<RealmName>(name))
  context.addIssue({
    code: 'custom',
    message: 'must be different realm names joined by commas, each 1 to 64 of A-Z a-z 0-9 . _ -',
  })
  return z.NEVER
})

const acrNames = z
  .string()
  .regex(
    /^[A-Za-z0-9._:/-]{1,64}(, ?[A-Za-z0-9._:/-]{1,64})*$/,
    'must be names joined by commas, each 1 to 64 of A-Z a-z 0-9 . _ : / -',
  )
  .transform((text): readonly string[] => text.split(',').map((name) => name.trim()))

const clientIds = z
  .string()
  .regex(
    /^[A-Za-z0-9._:-]{1,64}(, ?[A-Za-z0-9._:-]{1,64})*$/,
    'must be client ids joined by commas, each 1 to 64 of A-Z a-z 0-9 . _ : -',
  )
  .transform((text): readonly string[] => text.split(',').map((name) => name.trim()))

const attributeName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -')

const databaseUrl = z.string().regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must begin with sqlite: or postgres://')

/** Every setting there is, by its name without the prefix. docs/settings.md is rendered from this table. */
export const settings = {
  ID: preset('fallback-bridge', 'This bridge’s id: audience of step requests, issuer of its answers.', clientId),
  KEYCLOAK_URL: required('Base URL at which the bridge reaches Keycloak, without `/realms`.', baseUrl),
  KEYCLOAK_ISSUER_BASE: optional(
    'Base URL with which Keycloak’s issuers begin, where people reach it by another address than the bridge does.',
    baseUrl,
    { absent: '`FALLBACK_BRIDGE_KEYCLOAK_URL`' },
  ),
  REALMS: required('Names of the realms served, joined by commas.', realms),
  CLIENT_ID: preset('fallback-bridge', 'Client with which the bridge signs in to each realm.', clientId),
  CLIENT_KEY: optional(
    'Private key for `private_key_jwt` (PKCS#8 PEM; EC P-256, Ed25519 or RSA from 2048 bits). Its `kid` is its RFC 7638 thumbprint. Exactly one of this and `FALLBACK_BRIDGE_CLIENT_SECRET`.',
    clientKey,
    { secret: true },
  ),
  CLIENT_SECRET: optional(
    'Client secret, at least 16 characters, where a key cannot be used.',
    secretText(z.string().regex(/^[\x21-\x7e]{16,512}$/, 'must be 16 to 512 printable characters without spaces')),
    { secret: true },
  ),
  ANSWER_KEY: required(
    'Ed25519 private key (PKCS#8 PEM) that signs the answers. The provider pins its thumbprint.',
    answerKey,
    { secret: true },
  ),
  DATA_KEY: required(
    'Keys for secrets at rest: `id:base64` of 32 bytes (without an id: `1`), several joined by commas; the first encrypts, all decrypt.',
    dataKeys,
    { secret: true },
  ),
  DATABASE_URL: required('`sqlite:<path>` or `postgres://…`.', secretText(databaseUrl), { secret: true }),
  SIGN_IN_ACR: optional(
    'Values of the `acr` claim with which people may change policies, joined by commas; give the name of the passkey’s level.',
    acrNames,
    { absent: 'any level; never a fallback session' },
  ),
  POLICY_FILE: optional(
    'First policy (YAML) of each realm that never had one; from then on people activate policies, and the file changes nothing.',
    path,
    { absent: 'none: a realm without an active policy refuses every fallback' },
  ),
  HOST: preset('127.0.0.1', 'Address on which steps are taken.', host),
  PORT: preset('8480', 'Port on which steps are taken; 0 takes a free one.', wholeNumber(0, 65_535)),
  MANAGEMENT_HOST: preset('127.0.0.1', 'Address of health and metrics; never a public one.', host),
  MANAGEMENT_PORT: preset('8481', 'Port of health and metrics; 0 takes a free one.', wholeNumber(0, 65_535)),
  OPERATIONS_HOST: preset(
    '127.0.0.1',
    'Address on which people’s calls are taken: approvals, reviews, disputes.',
    host,
  ),
  OPERATIONS_PORT: preset(
    '8482',
    'Port on which people’s calls are taken; 0 takes a free one.',
    wholeNumber(0, 65_535),
  ),
  OPERATIONS_PUBLIC_URL: optional(
    'Base URL at which people reach that listener. Notices name it, and `/not-me` below it; they hold no other address.',
    baseUrl,
    { absent: 'notices name no address' },
  ),
  OPERATIONS_CLIENTS: preset(
    'fallback-bridge-cli',
    'Clients whose access tokens are taken there, joined by commas.',
    clientIds,
  ),
  OPERATIONS_ACR: optional(
    'Values of the `acr` claim with which people may approve, review and revoke, joined by commas.',
    acrNames,
    { absent: '`FALLBACK_BRIDGE_SIGN_IN_ACR`' },
  ),
  OPERATIONS_MAX_AGE_SECONDS: preset(
    '900',
    'How long ago somebody who approves, reviews or revokes may have signed in, 60 to 900.',
    wholeNumber(60, 900),
  ),
  IDENTITY_ATTRIBUTE: preset(
    'employeeId',
    'User attribute that is the same on all accounts of one person; nobody counts twice with a second account.',
    attributeName,
  ),
  MANAGER_ATTRIBUTE: optional(
    'User attribute that holds the user name or id of whom a person reports to. Evidence is reviewed neither by the manager nor by a report of whoever approved, and lines of authority for own reports hold for the manager.',
    attributeName,
    {
      absent: 'reporting lines are not known: nobody is kept apart by them, and lines for own reports hold for nobody',
    },
  ),
  SMTP_URL: optional(
    'Mail server, `smtp://user:password@host:587` or `smtps://…:465`. `smtp://` beyond this machine demands STARTTLS.',
    smtpUrl,
    { secret: true, absent: 'no mail is sent' },
  ),
  MAIL_FROM: optional('Sender of all mail, one address. Needed with `FALLBACK_BRIDGE_SMTP_URL`.', mailAddress),
  SECURITY_MAIL: optional(
    'Addresses told of privileged fallbacks, break-glass and disputes, up to 20 joined by commas.',
    mailAddresses,
  ),
  WEBHOOK_URL: optional(
    'Where notices are posted, signed as Standard Webhooks says. Redirects are not followed.',
    webhookUrl,
    {
      absent: 'no webhook',
    },
  ),
  WEBHOOK_SECRET: optional(
    'Key of that signature, `whsec_` and the base64 of 24 to 64 bytes; two joined by a comma while the receiver changes keys. Needed with `FALLBACK_BRIDGE_WEBHOOK_URL`.',
    webhookSecrets,
    { secret: true },
  ),
  NOTICE_DIGEST_SECONDS: preset(
    '300',
    'How often an approver is mailed at most, 60 to 3600; what comes meanwhile is in the next mail.',
    wholeNumber(60, 3600),
  ),
  TLS_CERT_FILE: optional('Certificate chain (PEM) of all listeners; with `FALLBACK_BRIDGE_TLS_KEY_FILE`.', path, {
    absent: 'plain HTTP',
  }),
  TLS_KEY_FILE: optional('Private key (PEM) of that certificate; not readable by everybody.', path),
  ALLOW_INSECURE_HTTP: preset(
    'false',
    'Allows plain HTTP beyond this machine, to Keycloak, to the webhook and to the listeners, and mail without TLS where it needs no password. For closed networks and trials.',
    flag,
  ),
  LOG_LEVEL: preset(
    'info',
    '`error`, `warn` or `info`.',
    z.enum(['error', 'warn', 'info'], 'must be error, warn or info'),
  ),
  READ_BACK_DELAY_SECONDS: preset(
    '60',
    'How long after it was written an override event is read back, 1 to 3600. Keycloak may lose a younger one in a crash.',
    wholeNumber(1, 3600),
  ),
  SHUTDOWN_GRACE_SECONDS: preset('10', 'How long a stop waits for running work, 1 to 60.', wholeNumber(1, 60)),
  REQUEST_CLOCK_SKEW_SECONDS: preset(
    '5',
    'Tolerated difference between Keycloak’s clock and this one, 0 to 30.',
    wholeNumber(0, 30),
  ),
  REALM_CHECK_SECONDS: preset('60', 'How often the realms’ settings are looked at, 1 to 3600.', wholeNumber(1, 3600)),
} as const

export type SettingName = keyof typeof settings
/** What each setting's text was read as. */
export type SettingValues = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> }
export const settingNames = Object.keys(settings) as readonly SettingName[]
