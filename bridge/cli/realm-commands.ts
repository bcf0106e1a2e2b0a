import { applyPlan } from '../app/realm/apply-plan.ts'
import type { LookAround, RealmAdmin } from '../app/realm/realm-ports.ts'
import { removeFallback } from '../app/realm/remove-fallback.ts'
import { describeChange, describePlan } from '../domain/realm/describe-plan.ts'
import { examineBridge } from '../domain/realm/examine-bridge.ts'
import { examineAsked } from '../domain/realm/examine-people.ts'
import { type Ailment, examineRealm } from '../domain/realm/examine-realm.ts'
import { examineSurroundings } from '../domain/realm/examine-surroundings.ts'
import { configCliOptions, exportForConfigCli, hiddenSettings } from '../domain/realm/export-config-cli.ts'
import { exportForTerraform } from '../domain/realm/export-terraform.ts'
import { planRealm } from '../domain/realm/plan-realm.ts'
import type { RealmChange } from '../domain/realm/realm-change.ts'
import type { RealmWish } from '../domain/realm/realm-wish.ts'
import { planRemoval } from '../domain/realm/removal.ts'
import { isAsWished, verifyRealm } from '../domain/realm/verify-realm.ts'
import { type CommandAnswer, done, notPassed, pending } from './command-answer.ts'
import { realmFault } from './realm-fault.ts'
import type { ReadWish, WishOptions } from './realm-wish.ts'
import { refusedAnswer, verificationLines } from './realm-words.ts'

/** Where Keycloak is, and who sets the realm up. */
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

export type RealmCommandDeps = {
  readWish: ReadWish
  /** Opens the realm as the installer that the options name. */
  openRealm: (
    options: InstallerOptions,
  ) => Promise<{ admin: RealmAdmin; lookAround: LookAround } | { answer: CommandAnswer }>
  /** Progress, for people. */
  tell: (line: string) => void
  /** Version of this command. */
  version: string
}

/** Work in a realm, its failures told as people can mend them. */
const inRealm = async (work: () => Promise<CommandAnswer>): Promise<CommandAnswer> => {
  try {
    return await work()
  } catch (error) {
    const fault = realmFault(error)
    if (fault === undefined) throw error
    return fault
  }
}

type Options = InstallerOptions & WishOptions
type Opened = { admin: RealmAdmin; wish: RealmWish }

const createOpen =
  ({ readWish, openRealm }: RealmCommandDeps) =>
  async (options: Options, work: (opened: Opened) => Promise<CommandAnswer>): Promise<CommandAnswer> => {
    const read = await readWish(options)
    if ('answer' in read) return read.answer
    const opened = await openRealm(options)
    return 'answer' in opened ? opened.answer : inRealm(() => work({ admin: opened.admin, wish: read.wish }))
  }

/** The work of `realm plan`, `apply`, `verify` and `remove`. */
export const createRealmCommands = (deps: RealmCommandDeps) => {
  const open = createOpen(deps)
  const progress = (change: RealmChange): void => deps.tell(describeChange(change))
  const read = (admin: RealmAdmin, { clientId, pilotGroup }: Pick<RealmWish, 'clientId' | 'pilotGroup'>) =>
    admin.read({ clientId, pilotGroup })

  return {
    /** What would change. With `check`, changes that wait are an exit code of their own. */
    plan: (options: Options & { check?: boolean }): Promise<CommandAnswer> =>
      open(options, async ({ admin, wish }) => {
        const plan = planRealm(await read(admin, wish), wish)
        if ('refusals' in plan) return refusedAnswer(options.realm, plan.refusals)
        const { changes, cleanUp, notes } = plan
        const all = [...changes, ...cleanUp]
        const answer = all.length > 0 && options.check === true ? pending : done
        return answer(
          [
            ...describePlan(all),
            ...notes.map((note) => `note: ${note}`),
            all.length === 0
              ? `${options.realm} is as wished; nothing would change.`
              : `${all.length} changes to ${options.realm}; nothing was changed yet.`,
          ].join('\n'),
          { outcome: all.length === 0 ? 'unchanged' : 'pending', realm: options.realm, changes: all, notes },
        )
      }),

    /** Makes the changes, verifies, and takes them back where the verification fails. */
    apply: (options: Options): Promise<CommandAnswer> =>
      open(options, async ({ admin, wish }) => {
        const applied = await applyPlan({ admin, wish, progress })
        const { realm } = options
        switch (applied.outcome) {
          case 'refused':
            return refusedAnswer(realm, applied.refusals)
          case 'unchanged':
            return done(`${realm} is as wished; nothing was changed.`, { ...applied, realm })
          case 'rolled_back':
            return notPassed(
              [`The changes to ${realm} were taken back:`, ...verificationLines(applied.verification)].join('\n'),
              { ...applied, realm },
            )
          case 'applied':
            return done(
              [
                ...applied.notes.map((note) => `note: ${note}`),
                ...verificationLines(applied.verification),
                `${applied.changes.length} changes were made to ${realm}. The way back: fallback-bridge realm remove --realm ${realm}`,
              ].join('\n'),
              { ...applied, realm },
            )
        }
      }),

    /** Drift between the realm and what is wished, and the proof by simulation. */
    verify: (options: Options): Promise<CommandAnswer> =>
      open(options, async ({ admin, wish }) => {
        const verification = verifyRealm(await read(admin, wish), wish)
        const isFine = isAsWished(verification)
        const lines = [
          ...verification.notes.map((note) => `note: ${note}`),
          ...verificationLines(verification),
          isFine ? `${options.realm} is as wished.` : `${options.realm} is not as wished.`,
        ]
        return (isFine ? done : notPassed)(lines.join('\n'), {
          realm: options.realm,
          isAsWished: isFine,
          ...verification,
        })
      }),

    /** The wished state as a file for a company that works with other tools. */
    export: (options: Options & { format: 'config-cli' | 'terraform' }): Promise<CommandAnswer> =>
      open(options, async ({ admin, wish }) => {
        const state = await read(admin, wish)
        const plan = planRealm(state, wish)
        if ('refusals' in plan) return refusedAnswer(options.realm, plan.refusals)
        const hidden = hiddenSettings(plan.flows)
        if (hidden.length > 0) {
          return refusedAnswer(
            options.realm,
            hidden.map((at) => ({ code: 'hidden_setting', at })),
          )
        }
        if (options.format === 'terraform') {
          const hcl = exportForTerraform(state, wish, plan)
          return done(hcl, { realm: options.realm, format: 'terraform', text: hcl })
        }
        const document = exportForConfigCli(state, wish, plan)
        deps.tell(
          'Import it with these, or keycloak-config-cli deletes what it made before and this file does not name:',
        )
        for (const option of configCliOptions) deps.tell(`  ${option}`)
        return done(JSON.stringify(document, null, 2), document)
      }),

    /** Looks through realm, clocks, ports and bridge, and says how to mend what is wrong. */
    doctor: async (
      options: InstallerOptions & { bridgeClient: string; managementUrl?: string },
    ): Promise<CommandAnswer> => {
      const opened = await deps.openRealm(options)
      if ('answer' in opened) return opened.answer
      return inRealm(async () => {
        const { realm, bridgeClient, managementUrl } = options
        const state = await read(opened.admin, { clientId: bridgeClient, pilotGroup: undefined })
        const seen = await opened.lookAround({ managementUrl, bridgeUrl: state.action?.config['bridgeUrl'] })
        const ofBridge = seen.bridge === undefined ? [] : examineBridge(seen.bridge, state, deps.version)
        const asked = seen.bridge?.realms.find(({ name }) => name === realm)?.asked
        const ofPolicy = asked == null ? [] : examineAsked(await opened.admin.readAsked(asked))
        const ofRealm = [...examineRealm(state, bridgeClient), ...examineSurroundings(seen, realm)]
        const found = [...ofRealm, ...notFoundYet(ofBridge, ofRealm), ...ofPolicy]
        const isWell = found.every(({ severity }) => severity === 'warn')
        const lines = [
          ...ailmentLines(found.toSorted((a, b) => a.severity.localeCompare(b.severity))),
          found.length === 0 ? `Nothing is wrong with ${realm}.` : `${found.length} findings in ${realm}.`,
        ]
        return (isWell ? done : notPassed)(lines.join('\n'), { realm, isWell, findings: found })
      })
    },

    /** Takes everything back; with `dryRun` only tells what that would be. */
    remove: async (options: InstallerOptions & { bridgeClient: string; dryRun?: boolean }): Promise<CommandAnswer> => {
      const opened = await deps.openRealm(options)
      if ('answer' in opened) return opened.answer
      const { admin } = opened
      const { realm, bridgeClient: clientId } = options
      return inRealm(async () => {
        if (options.dryRun === true) {
          const plan = planRemoval(await read(admin, { clientId, pilotGroup: undefined }), clientId)
          if ('refusals' in plan) return refusedAnswer(realm, plan.refusals)
          const { changes, notes } = plan
          return done([...describePlan(changes), ...notes.map((note) => `note: ${note}`)].join('\n'), {
            realm,
            changes,
            notes,
          })
        }
        const removed = await removeFallback({ admin, clientId, progress })
        if (removed.outcome === 'refused') return refusedAnswer(realm, removed.refusals)
        const end =
          removed.outcome === 'removed'
            ? `${realm} is as it was before.`
            : `${realm} has nothing ${removed.notes.length > 0 ? 'else ' : ''}of the fallback.`
        return done([...removed.notes.map((note) => `note: ${note}`), end].join('\n'), { ...removed, realm })
      })
    },
  }
}

/** What realm and bridge both find is told once, in the realm's words. */
const notFoundYet = (ofBridge: readonly Ailment[], ofRealm: readonly Ailment[]): readonly Ailment[] =>
  ofBridge.filter(({ code }) => !ofRealm.some((one) => one.code === code))

/** A finding, with how to mend it. */
const ailmentLines = (found: readonly Ailment[]): readonly string[] =>
  found.map(({ severity, code, text, mend }) => `${severity === 'bad' ? '!' : '?'} ${text} [${code}]\n  ${mend}`)

export type RealmCommands = ReturnType<typeof createRealmCommands>
