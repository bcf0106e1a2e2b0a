import type { KeyObject } from 'node:crypto'
import { credentialOf } from './config/credential-of.ts'
import { dangers } from './config/dangers.ts'
import { type MailSettings, mailOf } from './config/mail-settings.ts'
import { readTls, type Tls } from './config/read-tls.ts'
import type { Secret } from './config/secret.ts'
import { type ReadFile, readFileFromDisk } from './config/secret-file.ts'
import { type Environment, settingText } from './config/setting-text.ts'
import { prefix, type SettingValues, settingNames, settings } from './config/settings.ts'
import { unknownNames } from './config/unknown-names.ts'
import type { DataKey } from './crypto/secret-box.ts'
import type { RealmName } from './domain/ids.ts'

/** Everything the bridge is told from outside. Frozen; what is secret opens only by `reveal`. */
export type Config = {
  readonly bridgeId: string
  readonly keycloak: {
    /** Without a slash at the end, as is `issuerBase`. */
    readonly url: string
    readonly issuerBase: string
    readonly realms: readonly RealmName[]
    readonly clientId: string
    readonly credential: { readonly key: Secret<KeyObject> } | { readonly secret: Secret<string> }
  }
  readonly answerKey: Secret<KeyObject>
  /** The first seals, all open. */
  readonly dataKeys: Secret<readonly [DataKey, ...DataKey[]]>
  readonly databaseUrl: Secret<string>
  readonly policyFile: string | undefined
  /** Values of `acr` that are strong enough for acts of people; any is where this is absent. */
  readonly signInAcr: readonly string[] | undefined
  readonly listen: { readonly host: string; readonly port: number }
  readonly management: { readonly host: string; readonly port: number }
  /** The listener for people: approvals, reviews, disputes. */
  readonly operations: {
    readonly host: string
    readonly port: number
    /** Without a slash at the end. */
    readonly publicUrl: string | undefined
    /** Clients whose access tokens are taken. */
    readonly clients: readonly string[]
    /** Values of `acr` that are strong enough for acts; any is where this is absent. */
    readonly acr: readonly string[] | undefined
    readonly maxAgeSeconds: number
  }
  /** User attribute that is the same on all accounts of one natural person. */
  readonly identityAttribute: string
  /** User attribute that names whom somebody reports to; reporting lines are not known where this is absent. */
  readonly managerAttribute: string | undefined
  /** No mail is sent where this is absent. `security` may be empty. */
  readonly mail: MailSettings | undefined
  /** The first secret and the second both sign. */
  readonly webhook: { readonly url: string; readonly secrets: Secret<readonly [KeyObject, ...KeyObject[]]> } | undefined
  readonly noticeDigestSeconds: number
  /** For all listeners; plain HTTP where absent. */
  readonly tls: Readonly<Tls> | undefined
  readonly logLevel: 'error' | 'warn' | 'info'
  readonly readBackDelaySeconds: number
  readonly shutdownGraceSeconds: number
  readonly requestClockSkewSeconds: number
  readonly realmCheckSeconds: number
}

/**
 * Reads the settings once. Gives them all, or every problem at once, one sentence each; a sentence names settings and
 * never quotes what they hold.
 */
export const readConfig = (
  environment: Environment,
  readFile: ReadFile = readFileFromDisk,
): { config: Config } | { problems: readonly string[] } => {
  const { values, problems } = readValues(environment, readFile)
  problems.unshift(...unknownNames(environment))
  problems.push(...dangers(values, environment))
  const tls = readTls(values.TLS_CERT_FILE, values.TLS_KEY_FILE, readFile)
  if ('problem' in tls) return { problems: [...problems, tls.problem] }
  return problems.length === 0 && isComplete(values) ? { config: assemble(values, tls.tls) } : { problems }
}

const readValues = (environment: Environment, readFile: ReadFile) => {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const name of settingNames) {
    const found = settingText(name, environment, readFile)
    if ('problem' in found) {
      problems.push(found.problem)
      continue
    }
    const parsed = settings[name].schema.safeParse(found.text)
    if (parsed.success) values[name] = parsed.data
    else problems.push(`${prefix}${name} ${parsed.error.issues[0]?.message ?? 'cannot be read'}.`)
  }
  return { values: values as Partial<SettingValues>, problems }
}

const isComplete = (values: Partial<SettingValues>): values is SettingValues =>
  settingNames.every((name) => name in values)

const assemble = (values: SettingValues, tls: Tls | undefined): Config =>
  Object.freeze({
    bridgeId: values.ID,
    keycloak: Object.freeze({
      url: values.KEYCLOAK_URL,
      issuerBase: values.KEYCLOAK_ISSUER_BASE ?? values.KEYCLOAK_URL,
      realms: Object.freeze(values.REALMS),
      clientId: values.CLIENT_ID,
      credential: Object.freeze(credentialOf(values)),
    }),
    answerKey: values.ANSWER_KEY,
    dataKeys: values.DATA_KEY,
    databaseUrl: values.DATABASE_URL,
    policyFile: values.POLICY_FILE,
    signInAcr: values.SIGN_IN_ACR,
    listen: Object.freeze({ host: values.HOST, port: values.PORT }),
    management: Object.freeze({ host: values.MANAGEMENT_HOST, port: values.MANAGEMENT_PORT }),
    operations: Object.freeze({
      host: values.OPERATIONS_HOST,
      port: values.OPERATIONS_PORT,
      publicUrl: values.OPERATIONS_PUBLIC_URL,
      clients: Object.freeze(values.OPERATIONS_CLIENTS),
      acr: Object.freeze(values.OPERATIONS_ACR ?? values.SIGN_IN_ACR),
      maxAgeSeconds: values.OPERATIONS_MAX_AGE_SECONDS,
    }),
    identityAttribute: values.IDENTITY_ATTRIBUTE,
    managerAttribute: values.MANAGER_ATTRIBUTE,
    mail: mailOf(values),
    webhook: webhookOf(values),
    noticeDigestSeconds: values.NOTICE_DIGEST_SECONDS,
    tls: Object.freeze(tls),
    logLevel: values.LOG_LEVEL,
    readBackDelaySeconds: values.READ_BACK_DELAY_SECONDS,
    shutdownGraceSeconds: values.SHUTDOWN_GRACE_SECONDS,
    requestClockSkewSeconds: values.REQUEST_CLOCK_SKEW_SECONDS,
    realmCheckSeconds: values.REALM_CHECK_SECONDS,
  })

const webhookOf = ({ WEBHOOK_URL, WEBHOOK_SECRET }: SettingValues): Config['webhook'] =>
  WEBHOOK_URL === undefined || WEBHOOK_SECRET === undefined
    ? undefined
    : Object.freeze({ url: WEBHOOK_URL, secrets: WEBHOOK_SECRET })
