import { faulty } from './cli/command-answer.ts'
import type { ReadText } from './cli/load-policy.ts'
import { createRealmCommands, type RealmCommands } from './cli/realm-commands.ts'
import { createReadWish } from './cli/realm-wish.ts'
import { createReadInstaller, type InstallerAccess } from './config/installer-settings.ts'
import { readFileFromDisk } from './config/secret-file.ts'
import type { Environment } from './config/setting-text.ts'
import { publicJwkOf } from './crypto/public-keys.ts'
import type { Instant, RealmName } from './domain/ids.ts'
import type { Installer } from './keycloak/installer-token.ts'
import { createLookAround } from './keycloak/look-around.ts'
import { createRealmAdmin } from './keycloak/realm-admin.ts'
import { version } from './version.ts'

export type RealmCliParts = {
  environment: Environment
  readText: ReadText
  clock: () => Instant
  /** Progress, for people. */
  tell: (line: string) => void
  /** Asks a person for a password that is not shown; undefined where nobody is there to ask. */
  askPassword: (question: string) => Promise<string | undefined>
}

/** Wires the `realm` commands. Settings are read by the command that needs them. */
export const composeRealmCommands = ({
  environment,
  readText,
  clock,
  tell,
  askPassword,
}: RealmCliParts): RealmCommands => {
  const readInstaller = createReadInstaller({ environment, readFile: readFileFromDisk, askPassword })
  return createRealmCommands({
    readWish: createReadWish({ readText, publicJwkOf }),
    tell,
    version,
    openRealm: async (options) => {
      const read = await readInstaller(options)
      if ('problem' in read) {
        const { code, sentence, next } = read.problem
        return { answer: faulty('configuration', code, sentence, next) }
      }
      const { url, realm, signInRealm, identity } = read.access
      const installer = installerOf(identity)
      return {
        lookAround: createLookAround({ url, clock }),
        admin: createRealmAdmin({ url, realm, signInRealm: signInRealm as RealmName, installer, clock }),
      }
    },
  })
}

const installerOf = (identity: InstallerAccess['identity']): Installer => {
  switch (identity.kind) {
    case 'token':
      return { token: identity.token.reveal }
    case 'client':
      return { clientId: identity.clientId, clientSecret: identity.clientSecret.reveal }
    case 'person':
      return { username: identity.username, password: identity.password.reveal }
  }
}
