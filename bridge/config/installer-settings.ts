import { z } from 'zod'
import { createSecret, type Secret } from './secret.ts'
import type { ReadFile } from './secret-file.ts'
import type { Environment } from './setting-text.ts'

/** Options of the `realm` commands that say where Keycloak is and who sets the realm up. */
export type InstallerOptions = {
  realm: string
  url?: string
  signInRealm?: string
  user?: string
  passwordFile?: string
  installerClient?: string
  installerSecretFile?: string
  tokenFile?: string
}

/** Where to go, and as whom. Never the bridge's own account: its rights are not enough, and should not be. */
export type InstallerAccess = {
  url: string
  realm: string
  signInRealm: string
  identity:
    | { kind: 'person'; username: string; password: Secret<string> }
    | { kind: 'client'; clientId: string; clientSecret: Secret<string> }
    | { kind: 'token'; token: Secret<string> }
}

/** What is wrong with the settings: a stable code, a sentence without any value, and what to do. */
export type InstallerProblem = { code: string; sentence: string; next: string }

export type ReadInstallerDeps = {
  environment: Environment
  readFile: ReadFile
  /** Asks a person for a password that is not shown; undefined where nobody is there to ask. */
  askPassword: (question: string) => Promise<string | undefined>
}

export type ReadInstaller = (
  options: InstallerOptions,
) => Promise<{ access: InstallerAccess } | { problem: InstallerProblem }>

const prefix = 'FALLBACK_INSTALLER_'
const address = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))

/** Reads the installer's settings from options, else from the environment; secrets from files or from a prompt only. */
export const createReadInstaller =
  ({ environment, readFile, askPassword }: ReadInstallerDeps): ReadInstaller =>
  async (options) => {
    const setting = (option: string | undefined, name: string): string | undefined => {
      const text = option ?? environment[`${prefix}${name}`]
      return text === undefined || text === '' ? undefined : text
    }
    const url = address.safeParse(setting(options.url, 'URL'))
    if (!url.success) {
      return fault('url', 'No address of Keycloak was given.', `Give --url, or ${prefix}URL, its base address.`)
    }
    const reach = {
      url: url.data,
      realm: options.realm,
      signInRealm: setting(options.signInRealm, 'SIGN_IN_REALM') ?? 'master',
    }
    const tokenFile = setting(options.tokenFile, 'TOKEN_FILE')
    const clientId = setting(options.installerClient, 'CLIENT_ID')
    const username = setting(options.user, 'USER')
    if ([tokenFile, clientId, username].filter((one) => one !== undefined).length !== 1) {
      return fault(
        'identity',
        'Exactly one identity of an installer is needed.',
        'Give --user, or --installer-client with --installer-secret-file, or --token-file.',
      )
    }
    if (tokenFile !== undefined) {
      const token = readSecret(tokenFile)
      return 'problem' in token ? token : { access: { ...reach, identity: { kind: 'token', token: token.secret } } }
    }
    if (clientId !== undefined) {
      const file = setting(options.installerSecretFile, 'CLIENT_SECRET_FILE')
      if (file === undefined)
        return fault('client_secret', 'The installer’s client has no secret.', 'Give --installer-secret-file.')
      const read = readSecret(file)
      return 'problem' in read
        ? read
        : { access: { ...reach, identity: { kind: 'client', clientId, clientSecret: read.secret } } }
    }
    const file = setting(options.passwordFile, 'PASSWORD_FILE')
    const read = file === undefined ? await ask(username ?? '') : readSecret(file)
    return 'problem' in read
      ? read
      : { access: { ...reach, identity: { kind: 'person', username: username ?? '', password: read.secret } } }

    function readSecret(path: string): { secret: Secret<string> } | { problem: InstallerProblem } {
      const found = readFile(path)
      const text = found?.text.replace(/\r?\n$/, '') ?? ''
      if (found === undefined || text === '') {
        return fault('secret_file', `${path} cannot be read, or is empty.`, 'Name a file that holds the secret alone.')
      }
      return found.isOpenToAll
        ? fault(
            'secret_open',
            `Everybody on this machine can read or change ${path}.`,
            'Take those rights away: chmod 600.',
          )
        : { secret: createSecret(text) }
    }

    async function ask(user: string): Promise<{ secret: Secret<string> } | { problem: InstallerProblem }> {
      const typed = await askPassword(`Password of ${user} in ${reach.signInRealm}: `)
      return typed === undefined || typed === ''
        ? fault('password', 'No password was given.', 'Give --password-file, or run the command in a terminal.')
        : { secret: createSecret(typed) }
    }
  }

const fault = (code: string, sentence: string, next: string): { problem: InstallerProblem } => ({
  problem: { code, sentence, next },
})
