import { type Command, InvalidArgumentError, Option } from 'commander'
import { seenDocuments } from '../domain/approval/made-sure.ts'
import { caseStates } from '../domain/case.ts'
import { dimensions } from '../domain/pattern/dimension.ts'
import { profileNames, verificationMethods } from '../domain/policy/ceilings.ts'
import { confidences, primaryCauses, reviewReasons } from '../domain/review/review.ts'
import type { OperationsOptions } from './case-command.ts'
import type { DecideOptions } from './case-decide.ts'
import type { DeclareOptions } from './case-declare.ts'
import type { AddOptions } from './case-evidence.ts'
import type { ExportOptions } from './case-export.ts'
import type { FailuresOptions } from './case-failures.ts'
import type { ListOptions } from './case-list.ts'
import type { ReviewEvidenceOptions } from './case-review-evidence.ts'
import type { ReviewOptions, ReviewsOptions } from './case-reviews.ts'
import type { SettleOptions } from './case-settle.ts'
import type { VerifyOptions } from './case-verify.ts'
import type { CommandAnswer } from './command-answer.ts'
import type { SpanOptions } from './read-span.ts'
import type { Act, CommandGroup } from './run-program.ts'

type Answering<Args extends readonly unknown[]> = (...args: Args) => CommandAnswer | Promise<CommandAnswer>
type OnCase<Options> = Answering<[id: string, options: OperationsOptions & Options]>

/** The work of every `case` command. */
export type CaseCommands = {
  list: Answering<[options: ListOptions]>
  show: OnCase<object>
  export: OnCase<ExportOptions>
  verify: Answering<[file: string, options: VerifyOptions]>
  approve: OnCase<DecideOptions>
  deny: OnCase<Pick<DecideOptions, 'reason' | 'yes'>>
  verbal: OnCase<DecideOptions & { approver: string }>
  confirm: OnCase<SettleOptions>
  ratify: OnCase<SettleOptions>
  revoke: OnCase<{ reason?: string }>
  dispute: OnCase<{ yes?: boolean }>
  evidenceList: OnCase<object>
  evidenceAdd: OnCase<AddOptions>
  evidenceOpen: Answering<[id: string, evidence: string, options: OperationsOptions & { out?: string }]>
  reviewEvidence: OnCase<ReviewEvidenceOptions>
  declare: Answering<[options: DeclareOptions]>
  reviews: Answering<[options: ReviewsOptions]>
  review: OnCase<ReviewOptions>
  failures: Answering<[options: FailuresOptions]>
  statistics: Answering<[options: OperationsOptions & SpanOptions]>
  chains: Answering<[options: OperationsOptions & SpanOptions]>
  signIn: Answering<[options: OperationsOptions]>
  signOut: Answering<[]>
}

/** Adds `fallback-bridge case …` to the program. */
export const caseGroup =
  (commands: CaseCommands): CommandGroup =>
  (program, act) => {
    const group = program
      .command('case')
      .description('see the cases that people decide on, and decide; over the operations API, signed in as yourself')
    readCommands(group, act, commands)
    decideCommands(group, act, commands)
    evidenceCommands(group, act, commands)
    afterwardsCommands(group, act, commands)
    signInCommands(group, act, commands)
  }

/** Ids are part of an address, so nothing else is taken. */
const id = (text: string): string => {
  if (/^[A-Za-z0-9-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('An id is letters, digits and hyphens.')
}

const thumbprint = (text: string, before?: readonly string[]): readonly string[] => {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return collected(text, before)
  throw new InvalidArgumentError('A thumbprint has 43 letters, digits, hyphens and underscores.')
}

const caseArgument = ['<case>', 'id of the case, fb-…', id] as const
const reasonOption = ['--reason <text>', 'why, in 10 to 500 characters; asked for where it is not given'] as const
const yesOption = ['--yes', 'do not ask once more'] as const
const matchOption = ['--match <digits>', 'the three digits that the waiting person’s page shows'] as const
const collected = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]

/** Options of where the API and Keycloak are; each can stand in the environment. */
const reached = (command: Command): Command =>
  command
    .option('--url <url>', 'base address of the operations API (FALLBACK_BRIDGE_OPERATIONS_URL)')
    .option('--keycloak-url <url>', 'base address of Keycloak, where you sign in (FALLBACK_BRIDGE_KEYCLOAK_URL)')
    .option('--realm <realm>', 'realm you sign in to (FALLBACK_BRIDGE_OPERATIONS_REALM, or that of case sign-in)')
    .option('--json', 'print one JSON document on standard output')

const methodOption = (): Option =>
  new Option('--method <method>', 'how you made sure who asks; the case may take fewer').choices(verificationMethods)

const placeOption = [
  '--place <text>',
  'where you met the person, with --method in_person; asked for where it is not given',
] as const
const documentOption = (): Option =>
  new Option('--document <kind>', 'what you saw there; its number is kept nowhere').choices(seenDocuments)

/** One of a list, several times. */
const severalOf = (flags: string, description: string, choices: readonly string[]): Option =>
  new Option(flags, `${description}; can be given several times`).argParser(
    (one: string, before?: readonly string[]) => {
      if (!choices.includes(one)) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
      return collected(one, before)
    },
  )

const readCommands = (group: Command, act: Act, commands: CaseCommands): void => {
  reached(group.command('list').description('list the cases that you may see, newest first'))
    .option('--waiting', 'only those on which people are asked')
    .addOption(severalOf('--state <state>', 'only in this state', caseStates))
    .addOption(new Option('--profile <profile>', 'only of this profile').choices(profileNames))
    .option('--user <id>', 'only of this user')
    .option('--since <time>', 'opened since: 2027-01-31, 2027-01-31T18:00:00Z, 90m, 24h, 7d')
    .option('--until <time>', 'opened until')
    .option('--limit <count>', 'cases of one page, 1 to 100', '50')
    .option('--after <case>', 'where the page before ended', id)
    .option('--all', 'read every page')
    .option('--check', 'exit with 3 where a case was found')
    .action((options: ListOptions) => act(() => commands.list(options)))
  reached(group.command('show').description('tell everything that is kept of a case'))
    .argument(...caseArgument)
    .action((one: string, options: OperationsOptions) => act(() => commands.show(one, options)))
  reached(
    group.command('export').description('write a case’s whole story to a file, signed by the bridge; for auditors'),
  )
    .argument(...caseArgument)
    .option('--out <file>', 'where to; <case>.fallback-case if absent, - for standard output')
    .option('--force', 'replace a file that is there')
    .action((one: string, options: ExportOptions) => act(() => commands.export(one, options)))
  group
    .command('verify')
    .description('check an exported case by itself: no bridge, no database, no sign-in')
    .argument('<file>', 'what case export wrote')
    .addOption(
      new Option(
        '--thumbprint <thumbprint>',
        'of the key that the realm’s flow pins, without which nothing is intact; can be given twice',
      ).argParser(thumbprint),
    )
    .option('--json', 'print one JSON document on standard output, the case in it')
    .action((file: string, options: VerifyOptions) => act(() => commands.verify(file, options)))
  reached(group.command('statistics').description('count the cases of a span of time'))
    .option('--since <time>', 'from: a day, a time, or how long ago (30d)')
    .option('--until <time>', 'to')
    .action((options: OperationsOptions & SpanOptions) => act(() => commands.statistics(options)))
  reached(group.command('failures').description('count failed biometric checks, by whom or by where they happened'))
    .addOption(new Option('--by <dimension>', 'what to count by').choices(dimensions).makeOptionMandatory())
    .option('--since <time>', 'from: a day, a time, or how long ago (7d, the usual span)')
    .option('--until <time>', 'to')
    .action((options: FailuresOptions) => act(() => commands.failures(options)))
  reached(group.command('chains').description('tell how approval chains decide, the weakest first; for auditors'))
    .option('--since <time>', 'from: a day, a time, or how long ago (90d); at most a year')
    .option('--until <time>', 'to')
    .action((options: OperationsOptions & SpanOptions) => act(() => commands.chains(options)))
}

const decideCommands = (group: Command, act: Act, commands: CaseCommands): void => {
  reached(group.command('approve').description('show the facts and approve exactly those'))
    .argument(...caseArgument)
    .option(...matchOption)
    .addOption(methodOption())
    .option(...placeOption)
    .addOption(documentOption())
    .option(...reasonOption)
    .option(...yesOption)
    .action((one: string, options: DecideOptions) => act(() => commands.approve(one, options)))
  reached(group.command('deny').description('show the facts and deny; a no always wins'))
    .argument(...caseArgument)
    .option(...reasonOption)
    .option(...yesOption)
    .action((one: string, options: DecideOptions) => act(() => commands.deny(one, options)))
  reached(group.command('verbal').description('write down an approval that somebody else gave by word of mouth'))
    .argument(...caseArgument)
    .requiredOption('--approver <user>', 'user name or id of who said yes, and must confirm it')
    .option(...matchOption)
    .addOption(methodOption())
    .option(...placeOption)
    .addOption(documentOption())
    .option(...reasonOption)
    .option(...yesOption)
    .action((one: string, options: DecideOptions & { approver: string }) => act(() => commands.verbal(one, options)))
  for (const [name, what] of [
    ['confirm', 'confirm the spoken approval that names you'],
    ['ratify', 'ratify what was done before anybody was asked'],
  ] as const) {
    reached(group.command(name).description(`${what}, or refuse and take it back`))
      .argument(...caseArgument)
      .option('--refuse', 'say no: whatever it gave is taken back at once')
      .option(...reasonOption)
      .action((one: string, options: SettleOptions) => act(() => commands[name](one, options)))
  }
  reached(group.command('revoke').description('take back a case and the session that it gave'))
    .argument(...caseArgument)
    .option(...reasonOption)
    .action((one: string, options: OperationsOptions & { reason?: string }) => act(() => commands.revoke(one, options)))
  reached(group.command('dispute').description('say that a fallback login in your name was not yours'))
    .argument(...caseArgument)
    .option(...yesOption)
    .action((one: string, options: OperationsOptions & { yes?: boolean }) => act(() => commands.dispute(one, options)))
}

const evidenceCommands = (group: Command, act: Act, commands: CaseCommands): void => {
  const evidence = group.command('evidence').description('list, add and open the evidence of a case')
  reached(evidence.command('list').description('what there is, what is missing, and what you have opened'))
    .argument(...caseArgument)
    .action((one: string, options: OperationsOptions) => act(() => commands.evidenceList(one, options)))
  reached(evidence.command('add').description('add a text, a reference, or a PNG, JPEG or PDF'))
    .argument(...caseArgument)
    .requiredOption('--item <id>', 'item of the case’s evidence schema')
    .option('--text <text>', 'a text or a reference')
    .option('--file <file>', 'an attachment')
    .action((one: string, options: AddOptions) => act(() => commands.evidenceAdd(one, options)))
  reached(evidence.command('open').description('read one item; that you opened it is noted'))
    .argument(...caseArgument)
    .argument('<evidence>', 'id of the item', id)
    .option('--out <file>', 'write it to this file, which must not be there yet')
    .action((one: string, item: string, options: OperationsOptions & { out?: string }) =>
      act(() => commands.evidenceOpen(one, item, options)),
    )
  reached(group.command('review-evidence').description('accept or refuse the evidence, having opened every item'))
    .argument(...caseArgument)
    .option('--accept', 'it proves what it should')
    .option('--refuse', 'it does not: the case is denied')
    .option(...reasonOption)
    .option(...yesOption)
    .action((one: string, options: ReviewEvidenceOptions) => act(() => commands.reviewEvidence(one, options)))
}

const afterwardsCommands = (group: Command, act: Act, commands: CaseCommands): void => {
  reached(group.command('declare').description('write down an override that happened outside'))
    .requiredOption('--user <id>', 'whose')
    .requiredOption('--client <id>', 'in which application')
    .requiredOption('--occurred-at <time>', 'when, within the last 90 days: 2027-01-31T18:00:00Z, 24h')
    .requiredOption('--what <text>', 'what was done, in 10 to 500 characters')
    .option('--approved-by <name>', 'who is said to have allowed it')
    .option(...reasonOption)
    .action((options: DeclareOptions) => act(() => commands.declare(options)))
  reached(group.command('reviews').description('list the reviews that wait for you, the gravest first'))
    .addOption(severalOf('--kind <kind>', 'only of this kind', reviewReasons))
    .option('--limit <count>', 'reviews of one page, 1 to 100', '50')
    .option('--after <review>', 'where the page before ended', id)
    .option('--check', 'exit with 3 where a review was found')
    .action((options: ReviewsOptions) => act(() => commands.reviews(options)))
  reached(group.command('review').description('record what you found in a case on which you did not decide'))
    .argument(...caseArgument)
    .option('--review <id>', 'which review; needed only where several are open', id)
    .addOption(new Option('--cause <cause>', 'the one primary cause').choices(primaryCauses).makeOptionMandatory())
    .addOption(new Option('--confidence <confidence>', 'how sure').choices(confidences).makeOptionMandatory())
    .requiredOption('--action <text>', 'what is done about it, in 3 to 500 characters')
    .requiredOption('--owner <user>', 'user name of whoever does it')
    .requiredOption('--due <day>', 'until when: 2027-01-31')
    .option('--note <text>', 'anything else, up to 2000 characters')
    .action((one: string, options: ReviewOptions) => act(() => commands.review(one, options)))
}

const signInCommands = (group: Command, act: Act, commands: CaseCommands): void => {
  reached(
    group.command('sign-in').description('sign in once for several commands, for as long as the token is valid'),
  ).action((options: OperationsOptions) => act(() => commands.signIn(options)))
  group
    .command('sign-out')
    .description('delete the kept sign-in')
    .option('--json', 'print one JSON document on standard output')
    .action(() => act(() => commands.signOut()))
}
