import { type Command, Option } from 'commander'
import type { RealmCommands } from './realm-commands.ts'
import type { CommandGroup } from './run-program.ts'

/** Adds `fallback-bridge realm …` to the program. */
export const realmGroup =
  (commands: RealmCommands): CommandGroup =>
  (program, act) => {
    const realm = program.command('realm').description('put the fallback into a realm, check it, and take it back')
    wished(realm.command('plan').description('show what would change; changes nothing'))
      .option('--check', 'exit with 3 where something would change')
      .action((options: Parameters<RealmCommands['plan']>[0]) => act(() => commands.plan(options)))
    wished(
      realm
        .command('apply')
        .description('make the changes, bind the new flow last, verify, and roll back if that fails'),
    ).action((options: Parameters<RealmCommands['apply']>[0]) => act(() => commands.apply(options)))
    wished(
      realm.command('verify').description('tell drift, and prove that no way leads around the failed check'),
    ).action((options: Parameters<RealmCommands['verify']>[0]) => act(() => commands.verify(options)))
    wished(realm.command('export').description('write the wished state for keycloak-config-cli or Terraform'))
      .addOption(
        new Option('--format <format>', 'of the file').choices(['config-cli', 'terraform']).default('config-cli'),
      )
      .action((options: Parameters<RealmCommands['export']>[0]) => act(() => commands.export(options)))
    installed(realm.command('doctor').description('look for what is wrong or weak, and say how to mend it'))
      .option(...bridgeClient)
      .option('--management-url <url>', 'management address of the bridge, for what it says itself')
      .action((options: Parameters<RealmCommands['doctor']>[0]) => act(() => commands.doctor(options)))
    installed(realm.command('remove').description('restore what was bound and set before'))
      .option(...bridgeClient)
      .option('--dry-run', 'only tell what would change')
      .action((options: Parameters<RealmCommands['remove']>[0]) => act(() => commands.remove(options)))
  }

const bridgeClient = ['--bridge-client <id>', 'client of the bridge in the realm', 'fallback-bridge'] as const

/** Options of who sets the realm up; each can stand in the environment as FALLBACK_INSTALLER_…. */
const installed = (command: Command): Command =>
  command
    .requiredOption('--realm <realm>', 'realm to work on')
    .option('--url <url>', 'base address of Keycloak (FALLBACK_INSTALLER_URL)')
    .option('--sign-in-realm <realm>', 'realm of the installer (FALLBACK_INSTALLER_SIGN_IN_REALM; master)')
    .option('--user <name>', 'person who installs (FALLBACK_INSTALLER_USER); the password is asked for')
    .option('--password-file <file>', 'their password (FALLBACK_INSTALLER_PASSWORD_FILE)')
    .option('--installer-client <id>', 'client that installs (FALLBACK_INSTALLER_CLIENT_ID)')
    .option('--installer-secret-file <file>', 'its secret (FALLBACK_INSTALLER_CLIENT_SECRET_FILE)')
    .option('--token-file <file>', 'an access token (FALLBACK_INSTALLER_TOKEN_FILE)')
    .option('--json', 'print one JSON document on standard output')

/** Options of what is wished, the same for plan, apply and verify. */
const wished = (command: Command): Command =>
  installed(command)
    .option(...bridgeClient)
    .requiredOption('--bridge-url <url>', 'base address of the bridge as Keycloak reaches it')
    .option('--bridge-id <id>', 'FALLBACK_BRIDGE_ID of the bridge', 'fallback-bridge')
    .option('--thumbprint <thumbprint...>', 'of the key that signs the bridge’s answers; two while it is changed')
    .option('--answer-key-file <pem>', 'the same from the key itself')
    .option('--jwks-file <file>', 'public keys by which the bridge signs in to Keycloak')
    .option('--client-key-file <pem>', 'the same from the key itself')
    .option('--allow-plain-http', 'let Keycloak call the bridge by plain http on another host')
    .option('--pilot <group>', 'only members of this group may use the fallback (/staff/pilot)')
    .option('--client <id>', 'only this client gets the new flow')
    .option('--levels <numbers>', 'levels of fallback, standard and passkey (2,3,4)')
    .option('--enable-webauthn', 'switch on a WebAuthn step that stands in the flow switched off')
    .option('--add-password-form', 'ask for a password after the failure in a flow that has none')
    .option('--without-people', 'leave out the client and the realm roles of people who decide')
