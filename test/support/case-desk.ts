import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { privateFolder } from './call-case-cli.ts'
import type { FallbackRealm } from './fallback-realm.ts'
import { formOf } from './plain-browser.ts'
import { type CliRun, startCli } from './run-cli.ts'
import { openTab, type Tab } from './tab.ts'

/** A machine of somebody who decides: runs commands, and follows the address that one shows in a browser. */
export type CaseDesk = {
  run: (...args: string[]) => Promise<CliRun>
  /** The same for a command that asks for a sign-in. */
  signedIn: (...args: string[]) => Promise<CliRun>
  /** Where sign-ins are kept. */
  folder: string
}

/** Makes one; `signIn` is what its person does on Keycloak's pages. */
export const caseDesk = (realm: FallbackRealm, signIn: (tab: Tab) => Promise<unknown>): CaseDesk => {
  const folder = privateFolder()
  const env = {
    FALLBACK_BRIDGE_OPERATIONS_URL: realm.bridge?.operationsUrl ?? '',
    FALLBACK_BRIDGE_KEYCLOAK_URL: realm.bridgeOptions.keycloakUrl,
    XDG_RUNTIME_DIR: folder,
  }
  return {
    folder,
    run: (...args) => startCli(['case', ...args], { env }).ended,
    signedIn: async (...args) => {
      const { written, ended } = startCli(['case', ...args, '--realm', realm.realm], { env })
      const address = await waitUntil(
        'the command shows an address',
        async () => /^ {2}(http\S+user_code=\S+)$/m.exec(written.err)?.[1] ?? false,
      )
      const tab = openTab(realm.application)
      await tab.get(address)
      await signIn(tab)
      await tab.post({ ...formOf(tab.page).fields, accept: 'Yes' })
      return ended
    },
  }
}
