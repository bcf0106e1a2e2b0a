import type { ActivatePolicy } from '../app/policy/activate-policy.ts'
import type { ActivatePolicyAsk, ActivationRefusal } from '../app/policy/activation.ts'
import { reasonOf } from '../app/policy/given-reason.ts'
import type { Comparison } from '../app/policy/judge-activation.ts'
import type { UnitOfWork } from '../app/ports.ts'
import type { ActAsPerson } from './act-as-person.ts'
import { type CommandAnswer, done, type Exit, faulty } from './command-answer.ts'
import type { FindStored } from './find-document.ts'
import { reasonFault } from './policy-deactivate.ts'

export type PolicyActivateDeps<Compared extends Comparison> = {
  findStored: FindStored
  actAsPerson: ActAsPerson
  activatePolicy: (unitOfWork: UnitOfWork) => ActivatePolicy<Compared>
  comparisonLines: (comparison: Compared) => readonly string[]
}

export type ActivateOptions = { realm: string; reason?: string; expires?: string }

/** `policy activate <digest|file> --realm r`: active at once, or proposed to a second person where it loosens. */
export const createPolicyActivate =
  <Compared extends Comparison>(deps: PolicyActivateDeps<Compared>) =>
  async (named: string, { realm, reason, expires }: ActivateOptions): Promise<CommandAnswer> => {
    const { findStored, actAsPerson, activatePolicy, comparisonLines } = deps
    const expiresAt = expires === undefined ? undefined : endOf(expires)
    if (Number.isNaN(expiresAt)) {
      return faulty(
        'usage',
        'date_malformed',
        '--expires is no date.',
        'Give a day or a time in UTC: 2027-01-31, or 2027-01-31T18:00:00Z.',
      )
    }
    if (reason !== undefined && reasonOf(reason) === undefined) return reasonFault
    return actAsPerson(
      realm,
      async (unitOfWork, of) => {
        const found = await findStored(unitOfWork, of, named)
        return 'answer' in found ? found : { ready: found.version }
      },
      async (unitOfWork, of, person, version) => {
        const { digest, name, revision } = version
        const ask: ActivatePolicyAsk = { realm: of, digest, person, reason, expiresAt }
        const activation = await activatePolicy(unitOfWork)(ask)
        if (activation.outcome === 'refused') return refusalAnswer(activation)
        const { comparison } = activation
        const changes = comparison === undefined ? [] : comparisonLines(comparison)
        const what = `${name}, revision ${revision}, ${digest}`
        if (activation.outcome === 'proposed') {
          const { proposal } = activation
          return done(
            [
              ...changes,
              `Proposed in ${of}: ${what}`,
              'It loosens something, so a second person has to confirm it within 7 days:',
              `  fallback-bridge policy activate ${digest.slice(0, 12)} --realm ${of}`,
            ].join('\n'),
            { outcome: 'proposed', realm: of, digest, proposal, comparison: comparison ?? null },
          )
        }
        const { active, isLoosening } = activation
        return done(
          [
            ...changes,
            `Active in ${of}: ${what}`,
            ...(active.expiresAt === undefined
              ? []
              : [
                  `Until ${new Date(active.expiresAt).toISOString()}; then ${active.fallsBackTo ?? 'no policy'} holds again.`,
                ]),
          ].join('\n'),
          { outcome: 'activated', realm: of, digest, active, isLoosening, comparison: comparison ?? null },
        )
      },
    )
  }

/** A day ends when it is over; a time is meant as it stands. NaN for anything else. */
const endOf = (text: string): number => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Date.parse(`${text}T00:00:00Z`) + 86_400_000
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/.test(text) ? Date.parse(text) : Number.NaN
}

const refusalAnswer = (refusal: ActivationRefusal): CommandAnswer => {
  if (refusal.reason === 'problems') {
    const sentences = refusal.problems.map(({ at, sentence }) => `${at.join('.')}: ${sentence}`)
    return faulty(
      'refused',
      'problems',
      ['The version has problems.', ...sentences].join('\n'),
      'Correct the file, check it, and add it again.',
    )
  }
  if (refusal.reason === 'tests_failed') {
    const sentences = refusal.failures.map(({ name, differences }) => `${name}: ${differences.join(' ')}`)
    return faulty(
      'refused',
      'tests_failed',
      ['The version does not pass its own tests.', ...sentences].join('\n'),
      'Correct the file, check it, and add it again.',
    )
  }
  const { exit = 'refused', sentence, next } = refusals[refusal.reason]
  return faulty(exit, refusal.reason, sentence, next)
}

type Words = { exit?: Exclude<Exit, 'done'>; sentence: string; next: string }

const refusals: Readonly<Record<Exclude<ActivationRefusal['reason'], 'problems' | 'tests_failed'>, Words>> = {
  not_found: {
    sentence: 'The realm has no such version.',
    next: 'Add the file first: fallback-bridge policy add <file>.',
  },
  unreadable: {
    sentence: 'The stored text is no policy that this release reads, or not what its digest says.',
    next: 'Add the policy again from its file.',
  },
  already_active: { sentence: 'This version is active already.', next: 'Nothing needs to be done.' },
  changed_meanwhile: {
    exit: 'temporary',
    sentence: 'Another policy came into force while this one was compared.',
    next: 'Look at `fallback-bridge policy list`, then run the command again.',
  },
  reason_missing: {
    exit: 'usage',
    sentence: 'A change that loosens needs a reason of 10 to 500 characters, or an end.',
    next: 'Give --reason "…" or --expires <date>.',
  },
  expiry_invalid: {
    exit: 'usage',
    sentence: 'The end is past, more than 90 days away, or would lead back to this very version.',
    next: 'Give a date within 90 days with --expires.',
  },
  expiry_only_for_loosening: {
    exit: 'usage',
    sentence: 'This change loosens nothing, and its end would be a loosening that nobody confirmed.',
    next: 'Leave --expires out.',
  },
  same_person: {
    sentence:
      'You proposed this version yourself, with this account or another of yours; a loosening needs two people.',
    next: 'Ask somebody else with the role to run the same command.',
  },
  second_person_doubtful: {
    sentence: 'It cannot be told that you are another person than who proposed this version.',
    next: 'Both accounts must be there, enabled and of one person each, and the command needs the client of the bridge to ask: FALLBACK_BRIDGE_CLIENT_KEY_FILE or FALLBACK_BRIDGE_CLIENT_SECRET_FILE, as for the bridge itself.',
  },
  proposal_outdated: {
    sentence: 'The proposal was more than 7 days old, or made against another policy; it is taken back now.',
    next: 'Run the command again to propose the version anew.',
  },
}
