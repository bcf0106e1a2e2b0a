/** A check of the product, taken out, and the test that must notice. `from` stands in the file exactly once. */
export type Twin = { without: string; file: string; from: string; to: string; test: string }

const approval = 'bridge/app/approval'
const acts = 'test/store/people-acts.test.ts'

const beside = 'test/store/people-in-place-of-approvals.test.ts'
/** Tests that begin so are of what stands beside approvals. */
const isBeside = (test: string) => /^R(41|41 I4|41 E6|35|35 I4|35 S04|36|36 I4):/.test(test)

/** Where the test of a twin stands. */
export const testFileOf = ({ file, test }: Twin): string => {
  if (file.endsWith('authority.ts')) return 'test/unit/domain/policy/authority.test.ts'
  if (file.endsWith('quorum.ts')) return 'test/unit/domain/approval/quorum.test.ts'
  if (file.endsWith('resolve-actor.ts')) return 'test/http/operations-callers.test.ts'
  if (/decoy|whatever people say/.test(test)) return 'test/http/decoys.test.ts'
  if (/^(S01|R23):/.test(test)) return 'test/store/making-sure.test.ts'
  if (/own reports|the manager no more/.test(test)) return 'test/store/own-reports.test.ts'
  return isBeside(test) ? beside : acts
}

/** An evil twin of each check that separates duties or binds a decision to what was decided about. */
export const twins: readonly Twin[] = [
  {
    without: 'one identity, one person',
    file: 'bridge/domain/approval/separation.ts',
    from: 'a.id === b.id || (a.identity !== undefined && b.identity !== undefined && a.identity === b.identity)',
    to: 'a.id === b.id',
    test: 'C08: two accounts of one employee count once',
  },
  {
    without: 'no approval of one’s own',
    file: 'bridge/domain/approval/separation.ts',
    from: "\n  approver: ['subject', ",
    to: '\n  approver: [',
    test: 'I4: nobody approves their own, whatever they may',
  },
  {
    without: 'an empty list of demands is never met',
    file: 'bridge/domain/approval/quorum.ts',
    from: 'states.length > 0 && ',
    to: '',
    test: 'R16 C14: an empty list of demands is never met',
  },
  {
    without: 'an approver is looked at again when the grant is used',
    file: `${approval}/check-approvals.ts`,
    from: "if (!isActingAccount(person) || !mayActOn(person, 'approve', matter, people)) return []",
    to: 'if (person === undefined) return []',
    test: 'C07 E6: an approver who may not approve any more when the code is given lets nobody in',
  },
  {
    without: 'the subject is none of the approvers when the grant is used',
    file: `${approval}/check-approvals.ts`,
    from: 'isSamePerson(approver, subjectOf(matter, people)) ? [] : [approver]',
    to: '[approver]',
    test: 'C04: an identity that Keycloak tells only after the approval still keeps a person from their own',
  },
  {
    without: 'a reviewer of evidence is looked at again when the grant is used',
    file: `${approval}/check-approvals.ts`,
    from: "if (!isActingAccount(reviewer) || !mayActOn(reviewer, 'review-evidence', matter, people)) return false",
    to: 'if (reviewer === undefined) return false',
    test: 'R41 E6: a reviewer who may not review any more when the code is given lets nobody in',
  },
  {
    without: 'an approval is of exactly the facts',
    file: `${approval}/decide-approval.ts`,
    from: "if (ask.factsDigest !== request.factsDigest) return refuse('facts_changed')",
    to: '',
    test: 'C06: an approval of other facts than those that are shown is refused',
  },
  {
    without: 'the facts are looked at again when the grant is used',
    file: 'bridge/app/find-current-case.ts',
    from: 'deps.factsNow(current, openedWith, command, { policy, subject }) === request.factsDigest &&',
    to: '',
    test: 'C06 R30: facts that change after the approval void it',
  },
  {
    without: 'the subject is looked at again when the grant is used',
    file: 'bridge/app/find-current-case.ts',
    from: '(people === undefined || subject?.enabled === true)',
    to: 'true',
    test: 'E4: a subject whose account was disabled or whose groups changed meanwhile is not let in',
  },
  {
    without: 'the match number',
    file: `${approval}/decide-approval.ts`,
    from: 'if (ask.match !== request.match) return refuseWrongMatch(tx, current, deps)',
    to: '',
    test: 'C09: an approval without the number of the waiting person’s page is refused',
  },
  {
    without: 'the version',
    file: `${approval}/decide-approval.ts`,
    from: "if (ask.version !== current.version) return refuse('case_stale')",
    to: '',
    test: 'C10: an approval of a version that is no longer the case’s is refused',
  },
  {
    without: 'the methods that the policy takes',
    file: `${approval}/decide-approval.ts`,
    from: "if (!free.includes(ask.method)) return refuse('method_not_allowed', free)",
    to: '',
    test: 'S01: a way of making sure that the policy does not take is refused',
  },
  {
    without: 'each approver in another way',
    file: `${approval}/methods-free.ts`,
    from: '.filter((method) => terms.distinctMethods !== true || !used.includes(method))',
    to: '',
    test: 'S01: where policy wants each in another way, a way that was taken is refused, and what is left is named',
  },
  {
    without: 'where somebody was met and what was seen',
    file: `${approval}/decide-approval.ts`,
    from: '\n        ...seen,',
    to: '',
    test: 'R23: of an approval in person, place and document stand in the row and in the history; of another, neither',
  },
  {
    without: 'all evidence was given',
    file: `${approval}/decide-approval.ts`,
    from: "if (missing.length > 0) return refuse('evidence_missing', missing)",
    to: '',
    test: 'R4: what is missing of the evidence is named, and nothing is approved without it',
  },
  {
    without: 'all evidence was opened',
    file: 'bridge/app/evidence/review-evidence.ts',
    from: "unopened.length > 0 ? refuse('evidence_unopened', unopened) : undefined",
    to: 'undefined',
    test: 'R41: evidence that the reviewer has not opened is not accepted',
  },
  {
    without: 'no review of evidence in the line of whoever approved',
    file: 'bridge/domain/approval/reporting-line.ts',
    from: "evidence_reviewer: ['approver', 'verbal_approver'],",
    to: 'evidence_reviewer: [],',
    test: 'R41 I4: neither the manager nor a report of whoever approved reviews the evidence, yes or no',
  },
  {
    without: 'a reporting line goes both ways',
    file: 'bridge/domain/approval/reporting-line.ts',
    from: 'reportsTo(a, b) || reportsTo(b, a)',
    to: 'reportsTo(a, b)',
    test: 'R41 I4: neither the manager nor a report of whoever approved reviews the evidence, yes or no',
  },
  {
    without: 'no approval in the line of whoever reviewed before',
    file: 'bridge/domain/approval/reporting-line.ts',
    from: "\n  approver: ['evidence_reviewer'],",
    to: '',
    test: 'R41 I4: nobody approves in the line of whoever reviewed the evidence before',
  },
  {
    without: 'reporting lines are looked at again when the grant is used',
    file: `${approval}/check-approvals.ts`,
    from: '!approvers.some((other) => inDirectLine(other, reviewer))',
    to: 'true',
    test: 'R41 E6: a line that Keycloak tells only when the code is given lets nobody in',
  },
  {
    without: 'what is not met any more is asked for anew',
    file: `${approval}/clear-case.ts`,
    from: "current.state === 'awaiting_evidence_review' ? reopen(tx, current, demands, beside) : current",
    to: 'current',
    test: 'R41 E6: where whoever approved may not any more when the evidence is accepted, it is asked for anew',
  },
  {
    without: 'evidence that was reviewed stays as it is',
    file: 'bridge/app/evidence/add-evidence.ts',
    from: "if (review !== undefined) return refuse('evidence_malformed', ['already_reviewed'])",
    to: '',
    test: 'R41: nothing is added to evidence that was accepted, until the person was let in',
  },
  {
    without: 'a refusal of evidence that was approved is looked at',
    file: 'bridge/app/evidence/review-evidence.ts',
    from: "isDisagreement(matter, at) ? await deps.callReview(tx, denied, 'disagreement') : denied",
    to: 'denied',
    test: 'R41: evidence that is refused after somebody approved is a disagreement that a third one looks at',
  },
  {
    without: 'a no against a yes is looked at',
    file: `${approval}/decide-approval.ts`,
    from: "disagree ? deps.callReview(tx, denied, 'disagreement') : denied",
    to: 'denied',
    test: 'C08 R41: a no against a yes is a disagreement: nobody is let in, and it is looked at within a day',
  },
  {
    without: 'accounts of one person share the cap on decisions',
    file: 'bridge/store/participant-store.ts',
    from: ' or identity = ',
    to: ' and identity = ',
    test: 'S07 C04: two accounts of one person share what one person may decide in an hour',
  },
  {
    without: 'the evidence is that which was opened',
    file: 'bridge/app/evidence/review-evidence.ts',
    from: "if (deps.sha256(evidenceDigestText(items)) !== ask.evidenceDigest) return refuse('evidence_changed')",
    to: '',
    test: 'R41: a reviewer decides on exactly the evidence that was there when it was opened',
  },
  {
    without: 'a spoken approval is confirmed in time',
    file: `${approval}/confirm-verbal-approval.ts`,
    from: 'if (pending.confirmBy === undefined || at >= pending.confirmBy)',
    to: 'if (pending.confirmBy === undefined)',
    test: 'R36: from its time on nothing is confirmed any more',
  },
  {
    without: 'a spoken approval lapses',
    file: `${approval}/check-approvals.ts`,
    from: 'confirmBy !== undefined && at < confirmBy',
    to: 'at >= 0',
    test: 'R36: a spoken approval whose time is over lets nobody in, before any job has run',
  },
  {
    without: 'a grant is ratified in time',
    file: `${approval}/ratify-grant.ts`,
    from: ' || at >= waiting.dueAt) return',
    to: ') return',
    test: 'R35 S04: what nobody ratifies in time is taken back, and the session with it',
  },
  {
    without: 'what nobody ratified is taken back',
    file: `${approval}/unratify-case.ts`,
    from: "if (nextState(current.state, 'unratify') !== undefined) {",
    to: 'if (times.length > 99) {',
    test: 'R35 S04: what nobody ratifies in time is taken back, and the session with it',
  },
  {
    without: 'the pause after a no',
    file: `${approval}/ask-approval.ts`,
    from: 'deniedAt !== undefined && deniedAt + coolDownMs > now',
    to: 'deniedAt !== undefined && deniedAt > now',
    test: 'S02: after a no nobody is asked for half an hour',
  },
  {
    without: 'the cap on requests',
    file: `${approval}/ask-approval.ts`,
    from: '>= requestsPerDay',
    to: '>= 1_000',
    test: 'S02: fifty starts ask people three times, and then not before a day is over',
  },
  {
    without: 'a decoy is let in by nobody',
    file: `${approval}/clear-case.ts`,
    from: 'if (terms.decoy !== undefined) {',
    to: 'if (at < 0) {',
    test: 'S07: whatever people say nobody is let in, and the yeses are told to auditors',
  },
  {
    without: 'a decoy looks like anybody',
    file: 'bridge/domain/approval/approval-facts.ts',
    from: 'decoy === undefined ? groups : groups.filter',
    to: 'decoy !== undefined ? groups : groups.filter',
    test: 'S07: nobody who may decide can tell a decoy from anybody else, and auditors can',
  },
  {
    without: 'a session that was let in acts nowhere',
    file: 'bridge/app/operations/resolve-actor.ts',
    from: "if (await unitOfWork((tx) => tx.cases.hasLetIn(realm, user, session))) return { refused: 'token_refused' }",
    to: '',
    test: 'I12 C10: whoever came in by a fallback decides nothing, though no claim of the token tells it, and nobody else does for them',
  },
  {
    without: 'the cap on decisions',
    file: `${approval}/decision-cap.ts`,
    from: 'if (decided >= decisionsPerHour) return true',
    to: '',
    test: 'S07 R34: nobody decides more than twenty times in an hour',
  },
  {
    without: 'a request ends',
    file: `${approval}/decide-approval.ts`,
    from: "if (at >= current.expiresAt) return refuse('case_over', ['expired'])",
    to: '',
    test: 'C06: after its time a request cannot be approved, and tells the person so',
  },
  {
    without: 'no declaration of one’s own',
    file: 'bridge/app/review/declare-override.ts',
    from: "if (apart !== undefined) return refuse('kept_apart', [apart])",
    to: '',
    test: 'R12 I4: nobody declares an override of their own, nor through a second account',
  },
  {
    without: 'a line for own reports is for the manager',
    file: 'bridge/domain/policy/authority.ts',
    from: '(ownReports === undefined || reportsTo({ manager: subjectManager }, person))',
    to: 'true',
    test: 'R41: a line for own reports is about those whose manager the actor is, by id or by user name; about nobody unknown',
  },
  {
    without: 'a line for a shared group is for who shares it',
    file: 'bridge/domain/policy/authority.ts',
    from: '(sharedGroupBelow === undefined || shareGroupBelow(',
    to: '(true || shareGroupBelow(',
    test: 'R19: a line for a shared group, as of a cost centre, is about its members and those of its subgroups',
  },
  {
    without: 'a line against a shared group is not for who shares it',
    file: 'bridge/domain/policy/authority.ts',
    from: ' && !shareGroupBelow(notSharedGroupBelow, person.groups, subjectGroups)',
    to: '',
    test: 'R19: a line against a shared group, as of a team, is about everybody else; about nobody whose groups are not known',
  },
  {
    without: 'whose groups are not known is in the own team',
    file: 'bridge/domain/policy/authority.ts',
    from: '(subjectGroups !== undefined && !shareGroupBelow(notSharedGroupBelow, person.groups, subjectGroups))',
    to: '!shareGroupBelow(notSharedGroupBelow, person.groups, subjectGroups ?? [])',
    test: 'R19: a line against a shared group, as of a team, is about everybody else; about nobody whose groups are not known',
  },
  {
    without: 'the manager is looked for when somebody acts',
    file: 'bridge/app/operations/act-on-case.ts',
    from: 'subjectManager: subject?.manager,',
    to: 'subjectManager: actor.person.id,',
    test: 'R41: a manager decides for the own reports, and for others there is no such case',
  },
  {
    without: 'the manager is looked for again when the grant is used',
    file: `${approval}/check-approvals.ts`,
    from: 'subjectManager: people.get(current.user)?.manager,',
    to: 'subjectManager: person.id,',
    test: 'R41 E6: a manager who is the manager no more when the code is given lets nobody in',
  },
  {
    without: 'a list asks whose manager the reader is',
    file: 'bridge/app/operations/see-rows.ts',
    from: 'subjectManager: subject?.manager }',
    to: 'subjectManager: person.id }',
    test: 'R41: a list shows a manager the cases of the own reports alone, and asks once for a page',
  },
]
