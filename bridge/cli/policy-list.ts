import type { ActivePolicy, OffSwitch, PolicyVersion, Proposal } from '../app/policy/policy-ports.ts'
import type { RealmName } from '../domain/ids.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import type { OnDatabase } from './on-database.ts'

export type PolicyListDeps = { onDatabase: OnDatabase; clock: () => number }

/** `policy list [--realm r]`: versions newest first, what is active, proposed and switched off. */
export const createPolicyList =
  ({ onDatabase, clock }: PolicyListDeps) =>
  async ({ realm }: { realm?: string }): Promise<CommandAnswer> => {
    const reached = await onDatabase(realm, (unitOfWork, realms) =>
      unitOfWork(async ({ policies }) => {
        const states = []
        for (const name of realms) {
          const versions = await policies.listVersions(name)
          states.push({
            realm: name,
            active: (await policies.findActive(name, clock())) ?? null,
            proposal: (await policies.findProposal(name)) ?? null,
            switches: await policies.listSwitches(name),
            versions: versions.map(({ text: _text, ...rest }) => rest),
          })
        }
        return states
      }),
    )
    if ('answer' in reached) return reached.answer
    return done(reached.value.map(stateText).join('\n\n'), { realms: reached.value })
  }

type State = {
  realm: RealmName
  active: ActivePolicy | null
  proposal: Proposal | null
  switches: readonly OffSwitch[]
  versions: readonly Omit<PolicyVersion, 'text'>[]
}

const stateText = ({ realm, active, proposal, switches, versions }: State): string =>
  [
    `Realm ${realm}`,
    ...(active === null ? ['  No policy is active: every fallback is refused.'] : []),
    ...switches.map(
      ({ client, by, at, reason }) =>
        `  OFF  ${client === undefined ? 'the whole realm' : `client ${client}`}, since ${time(at)} by ${by}: ${reason}`,
    ),
    ...versions.map(({ digest, name, revision, addedAt, addedBy }) => {
      const mark = digest === active?.digest ? 'active  ' : digest === proposal?.digest ? 'proposed' : '        '
      return `  ${mark} ${digest.slice(0, 12)}  ${name}, revision ${revision}, added ${time(addedAt)} by ${addedBy}`
    }),
    ...(active?.expiresAt === undefined
      ? []
      : [
          `  The active one ends ${time(active.expiresAt)}; then ${active.fallsBackTo?.slice(0, 12) ?? 'none'} holds again.`,
        ]),
    ...(proposal === null
      ? []
      : [
          `  Proposed by ${proposal.byName} (${proposal.by})${proposal.reason === undefined ? '' : `: ${proposal.reason}`}; somebody else has to confirm it.`,
        ]),
  ].join('\n')

const time = (at: number): string => new Date(at).toISOString()
