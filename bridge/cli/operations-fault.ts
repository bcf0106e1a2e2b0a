import { errorCodes } from '../domain/errors.ts'
import type { Called } from '../operations-client/call-as-person.ts'
import { answerTooLarge } from '../operations-client/send-to-operations.ts'
import { type CommandAnswer, type Exit, faulty } from './command-answer.ts'

type Failed = Exclude<Called<unknown, CommandAnswer>, { outcome: 'done' }>

/** What a call was about: a case by its id, or figures of no case, with whom they are for. */
export type CallAbout = string | { figuresFor: string }

/** What a call that gave nothing means for a command. */
export const operationsFault = (failed: Failed, about?: CallAbout): CommandAnswer => {
  const id = typeof about === 'string' ? about : undefined
  switch (failed.outcome) {
    case 'not_signed_in':
      return failed.refused
    case 'step_up_needed':
      return faulty(
        'refused',
        'step_up_needed',
        'The bridge does not take this sign-in for the act: it is too old or too weak.',
        'Sign out in the browser, or use a private window, sign in with your passkey, and run the command again. A token in FALLBACK_BRIDGE_ACCESS_TOKEN must be of such a sign-in.',
      )
    case 'token_refused':
      return faulty(
        'refused',
        'token_refused',
        'The bridge does not take your sign-in: it is over, of a realm that this bridge does not serve, or of an account that is no person’s own.',
        'Compare --realm and --keycloak-url with the bridge’s own, and sign in again as yourself, not by a fallback.',
      )
    case 'unreachable':
      return unreachable(failed.cause, failed.isUncertain, id)
    case 'refused':
      return typeof about === 'object' && failed.code === 'act_not_allowed'
        ? faulty('refused', failed.code, 'Your roles do not let you see these figures.', about.figuresFor)
        : refused(failed, id)
  }
}

const refused = (
  { code, sentence, about, status }: Extract<Failed, { outcome: 'refused' }>,
  id: string | undefined,
): CommandAnswer => {
  if (code === 'act_not_allowed' && about.includes('review')) return waitsBlind(code, id)
  if (code === 'act_not_allowed' && id === undefined) return noRole(code)
  const known = code in errorCodes ? errorCodes[code as keyof typeof errorCodes].text : undefined
  const said = known ?? (sentence === '' ? 'The bridge refused.' : sentence)
  const told = about.length === 0 ? said : `${said} [${about.map((word) => aboutWords[word] ?? word).join(', ')}]`
  const step = whatNext[code] ?? (status >= 500 ? laterStep : showStep)
  return faulty(step.exit, code, told, step.next.replaceAll('{case}', id ?? '<case>'))
}

/** An auditor who may take the blind second look gets no export before it is done. */
const waitsBlind = (code: string, id = '<case>'): CommandAnswer =>
  faulty(
    'refused',
    code,
    'A blind second look at this case waits, and you may be the one to take it: the export would tell what the first one found.',
    `Take it first (fallback-bridge case review ${id}), or let an auditor export the case who does not review.`,
  )

/** Of an act on no case. */
const noRole = (code: string): CommandAnswer =>
  faulty(
    'refused',
    code,
    'The authority matrix does not allow you this act.',
    'Whoever administers the policy knows which roles hold it.',
  )

type Step = { exit: Exclude<Exit, 'done'>; next: string }
const showStep: Step = { exit: 'refused', next: 'Look at the case: fallback-bridge case show {case}' }
const laterStep: Step = { exit: 'temporary', next: 'Run the command again in a while.' }
const usage = (next: string): Step => ({ exit: 'usage', next })
const no = (next: string): Step => ({ exit: 'refused', next })

/** What to do next, by code. */
const whatNext: Readonly<Record<string, Step>> = {
  input_malformed: usage('Look at the options that are named; add --help to see what they take.'),
  body_too_large: usage('Make the file smaller: an attachment has at most 512 KiB.'),
  too_many_requests: laterStep,
  case_conflict: { exit: 'temporary', next: 'Somebody acted at the same moment; run the command again.' },
  case_unknown: no('Look at the id and at your realm: fallback-bridge case list shows what you may see.'),
  act_not_allowed: no('Your roles do not hold this act here; fallback-bridge case show {case} tells what you may do.'),
  kept_apart: no(
    'Somebody else has to do this: nobody decides on a case in which they had another part, or beside their own manager or report.',
  ),
  account_unfit: no('Sign in with your own, enabled account.'),
  case_stale: no('Look at it again and decide again: fallback-bridge case show {case}'),
  facts_changed: no('Look at it again and decide again: fallback-bridge case show {case}'),
  match_wrong: no('Ask the person again which three digits their page shows. If they cannot tell, deny.'),
  method_not_allowed: usage('Give --method with one that this case takes.'),
  reason_malformed: usage('Give --reason with 10 to 500 characters on one line.'),
  evidence_missing: no('Add what is missing: fallback-bridge case evidence add {case} --item <item> --text "…"'),
  evidence_unopened: no('Open each of them: fallback-bridge case evidence open {case} <evidence>'),
  evidence_changed: no('Look at it again: fallback-bridge case evidence list {case}'),
  evidence_malformed: usage(
    'An item is of the case’s schema; a text has at most 4000 characters, a file is PNG, JPEG or PDF up to 512 KiB.',
  ),
  evidence_unknown: no('See which there are: fallback-bridge case evidence list {case}'),
  approval_not_needed: no('Somebody of a group that is still asked has to decide: fallback-bridge case show {case}'),
  verbal_not_allowed: no('The approver has to decide on their own: fallback-bridge case approve {case}'),
  approver_unfit: usage('Give --approver with the user name or id of somebody who may approve this case now.'),
  not_named: no('Nothing of this kind waits for you: fallback-bridge case show {case}'),
  agent_cap_reached: no('Let somebody else decide, or wait until an hour has passed since your first.'),
  review_unknown: usage('See which are open: fallback-bridge case show {case}'),
  review_done: no('See what was found: fallback-bridge case show {case}'),
  finding_malformed: usage(
    'Look at --action (3 to 500 characters), --owner, --due (today to a year from now) and --note.',
  ),
  time_malformed: usage(
    'Give --occurred-at with a time within the last 90 days; for figures, --since before --until, a year apart at most.',
  ),
  subject_unknown: usage('Give --user with the id of a user of the realm, as Keycloak has it.'),
  no_active_policy: no('Ask whoever administers the policy: fallback-bridge policy list'),
  keycloak_unreachable: laterStep,
  keycloak_refused: laterStep,
  unavailable: laterStep,
}

/** What the short words beside a code mean, where they are not clear by themselves. */
const aboutWords: Readonly<Record<string, string>> = {
  subject: 'you are the subject',
  approver: 'you approved it',
  recorder: 'you recorded a spoken approval',
  verbal_approver: 'you are named as approver',
  evidence_giver: 'you gave evidence',
  evidence_reviewer: 'you reviewed its evidence',
  ratifier: 'you ratified it',
  opener: 'you opened it',
  reviewer: 'you reviewed it',
}

const unreachable = (cause: string, isUncertain: boolean, id: string | undefined): CommandAnswer => {
  const about = id === undefined ? 'fallback-bridge case list' : `fallback-bridge case show ${id}`
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(cause)) {
    return faulty(
      'configuration',
      'operations_certificate',
      `The certificate of the operations API is not trusted here (${cause}).`,
      'Look at --url. For an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS.',
    )
  }
  if (cause === answerTooLarge) {
    return faulty(
      'refused',
      'operations_answer_too_large',
      'The answer is larger than the 4 MiB that this command reads.',
      `${isUncertain ? `Whether the act was done is not known: ${about}. ` : ''}Ask for less with --limit, --since or --until where there are such options; else call the API itself (docs/operations-api.md).`,
    )
  }
  if (/^http_(3|4)/.test(cause) || cause === 'unreadable_answer') {
    return faulty(
      'configuration',
      'operations_unreadable',
      `What answers there is not the operations API of a bridge of this version (${cause}).`,
      `Look at --url (FALLBACK_BRIDGE_OPERATIONS_URL).${isUncertain ? ` Whether the act was done is not known: ${about}` : ''}`,
    )
  }
  return isUncertain
    ? faulty(
        'temporary',
        'outcome_unknown',
        `The operations API gave no answer (${cause}), so it is not known whether the act was done.`,
        `Look before you repeat it: ${about}`,
      )
    : faulty(
        'temporary',
        'operations_unreachable',
        `The operations API cannot be reached (${cause}).`,
        'Look at --url (FALLBACK_BRIDGE_OPERATIONS_URL) and whether the bridge is up, then run the command again.',
      )
}
