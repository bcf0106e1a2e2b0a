import type { Command } from 'commander'
import type { CommandAnswer } from './command-answer.ts'
import type { ActivateOptions } from './policy-activate.ts'
import type { ExplainOptions } from './policy-explain.ts'
import type { ReplayOptions } from './policy-replay.ts'
import type { SwitchOptions } from './policy-switch.ts'
import type { Act, CommandGroup } from './run-program.ts'

type Answering<Args extends readonly unknown[]> = (...args: Args) => CommandAnswer | Promise<CommandAnswer>
type RealmOption = { realm?: string }

/** The work of every `policy` command. */
export type PolicyCommands = {
  check: Answering<[file: string]>
  test: Answering<[file: string]>
  explain: Answering<[file: string | undefined, options: ExplainOptions]>
  diff: Answering<[a: string, b: string, options: RealmOption]>
  render: Answering<[named: string, options: RealmOption]>
  table: Answering<[named: string, options: RealmOption]>
  add: Answering<[file: string, options: { realm: string }]>
  activate: Answering<[named: string, options: ActivateOptions]>
  withdraw: Answering<[named: string, options: { realm: string }]>
  deactivate: Answering<[options: { realm: string; reason: string }]>
  switchTo: Answering<[to: 'off' | 'on', options: SwitchOptions]>
  list: Answering<[options: RealmOption]>
  history: Answering<[options: { realm: string }]>
  replay: Answering<[options: ReplayOptions]>
}

/** Adds `fallback-bridge policy …` to the program. */
export const policyGroup =
  (commands: PolicyCommands): CommandGroup =>
  (program, act) => {
    const policy = program.command('policy').description('check, explain, compare and change policies')
    readCommands(policy, act, commands)
    changeCommands(policy, act, commands)
  }

const realmOption = ['--realm <realm>', 'realm whose policy is meant'] as const
const reasonOption = ['--reason <text>', 'why, in 10 to 500 characters; it is kept in the history'] as const
const json = ['--json', 'print one JSON document on standard output'] as const
const signIn = 'You sign in with the address and code it shows.'

const readCommands = (policy: Command, act: Act, commands: PolicyCommands): void => {
  policy
    .command('check')
    .description('tell every problem with its line and column, and run the policy’s tests')
    .argument('<file>', 'policy, YAML; - for standard input')
    .option(...json)
    .action((file: string) => act(() => commands.check(file)))
  policy
    .command('test')
    .description('run the policy’s tests')
    .argument('<file>')
    .option(...json)
    .action((file: string) => act(() => commands.test(file)))
  policy
    .command('explain')
    .description('tell why a decision is what it is')
    .argument('[file]', 'policy; with --case: explain under this one instead of the one that decided')
    .option('--facts <file>', 'what differs from an ordinary login, as in a policy’s tests; - for standard input')
    .option('--case <id>', 'a case that was decided')
    .option(...realmOption)
    .option(...json)
    .action((file: string | undefined, options: ExplainOptions) => act(() => commands.explain(file, options)))
  policy
    .command('diff')
    .description('tell what changes from one policy to another, for whom, and whether it loosens')
    .argument('<a>', 'file, or the beginning of a digest')
    .argument('<b>', 'the same')
    .option(...realmOption)
    .option(...json)
    .action((a: string, b: string, options: RealmOption) => act(() => commands.diff(a, b, options)))
  policy
    .command('render')
    .description('write the policy as people read it (Markdown)')
    .argument('<policy>', 'file, or the beginning of a digest')
    .option(...realmOption)
    .option(...json)
    .action((named: string, options: RealmOption) => act(() => commands.render(named, options)))
  policy
    .command('table')
    .description('write the decision for every profile and band (Markdown)')
    .argument('<policy>', 'file, or the beginning of a digest')
    .option(...realmOption)
    .option(...json)
    .action((named: string, options: RealmOption) => act(() => commands.table(named, options)))
  policy
    .command('list')
    .description('list versions, what is active, proposed and switched off')
    .option(...realmOption)
    .option(...json)
    .action((options: RealmOption) => act(() => commands.list(options)))
  policy
    .command('history')
    .description('tell who changed a realm’s policy, and whether the chain of hashes is whole')
    .requiredOption(...realmOption)
    .option(...json)
    .action((options: { realm: string }) => act(() => commands.history(options)))
  policy
    .command('replay')
    .description('take stored decisions again, or see what a draft would change')
    .requiredOption(...realmOption)
    .option('--days <count>', 'how many days back', '30')
    .option('--draft <file>', 'policy to decide under instead')
    .option(...json)
    .action((options: ReplayOptions) => act(() => commands.replay(options)))
}

const changeCommands = (policy: Command, act: Act, commands: PolicyCommands): void => {
  policy
    .command('add')
    .description(`keep a version, which decides nothing until it is activated. ${signIn}`)
    .argument('<file>')
    .requiredOption(...realmOption)
    .option(...json)
    .action((file: string, options: { realm: string }) => act(() => commands.add(file, options)))
  policy
    .command('activate')
    .description(`make a version the active one; a loosening needs two people. ${signIn}`)
    .argument('<policy>', 'the beginning of a digest, or the file that was added')
    .requiredOption(...realmOption)
    .option(...reasonOption)
    .option('--expires <date>', 'when a loosening ends, UTC: 2027-01-31 (that day’s end) or 2027-01-31T18:00:00Z')
    .option(...json)
    .action((named: string, options: ActivateOptions) => act(() => commands.activate(named, options)))
  policy
    .command('withdraw')
    .description(`take a proposal back. ${signIn}`)
    .argument('<policy>', 'the beginning of a digest, or the file that was added')
    .requiredOption(...realmOption)
    .option(...json)
    .action((named: string, options: { realm: string }) => act(() => commands.withdraw(named, options)))
  policy
    .command('deactivate')
    .description(`leave the realm without an active policy: every fallback is refused. ${signIn}`)
    .requiredOption(...realmOption)
    .requiredOption(...reasonOption)
    .option(...json)
    .action((options: { realm: string; reason: string }) => act(() => commands.deactivate(options)))
  for (const to of ['off', 'on'] as const) {
    policy
      .command(to)
      .description(
        `${to === 'off' ? 'refuse every fallback, at once' : 'take the off switch back'}, of a realm or one client. ${signIn}`,
      )
      .requiredOption(...realmOption)
      .option('--client <id>', 'this client alone')
      .requiredOption(...reasonOption)
      .option(...json)
      .action((options: SwitchOptions) => act(() => commands.switchTo(to, options)))
  }
}
