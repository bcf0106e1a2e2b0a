import type { CaseStory } from '../operations-client/answers.ts'
import { counted, durationWords } from '../policy/duration-words.ts'
import { factLines, labelled, scoreLines, under, word } from './case-facts.ts'
import { shortSpan, timeWords, untilWords } from './time-words.ts'

/** A case on one page, from who asks to what happened. */
export const caseText = (story: CaseStory, now: number): string =>
  [
    ...headLines(story, now),
    ...aboutLines(story),
    ...askedLines(story, now),
    ...evidenceLines(story),
    ...afterwardsLines(story, now),
    ...historyLines(story),
    ...nextLines(story),
  ].join('\n')

/** What somebody must see who decides: the case, the facts, who was asked, and the evidence. */
export const decisionText = (story: CaseStory, now: number): readonly string[] => [
  ...headLines(story, now),
  ...aboutLines(story),
  ...askedLines(story, now),
  ...evidenceLines(story),
]

const headLines = ({ case: one }: CaseStory, now: number): readonly string[] => [
  labelled('Case', one.id),
  labelled('State', `${one.state}, version ${one.version}`),
  labelled('Opened', `${timeWords(one.openedAt)}, ${shortSpan(now - one.openedAt)} ago`),
  ...timeLeft(one, now),
  ...(one.owner === null ? [] : [labelled('Owner', ownerWords(one))]),
]

const ownerWords = ({ owner, deputy }: CaseStory['case']): string =>
  deputy === null ? `${owner}` : `${owner}, deputy ${deputy}`

/** States in which the case's own end still counts. */
const isRunning = (state: string): boolean => /^(opened|awaiting_.*|granted)$/.test(state)

const timeLeft = (one: CaseStory['case'], now: number): readonly string[] => [
  ...(isRunning(one.state) ? [labelled('Time', untilWords(one.expiresAt, now))] : []),
  ...(one.state === 'in_use' && one.endsAt !== null ? [labelled('Session', untilWords(one.endsAt, now))] : []),
]

/** The name is for people; what a decision is bound to is the id. */
const aboutLines = (story: CaseStory): readonly string[] => [
  ...(story.pattern !== null && story.pattern.dimension !== 'user'
    ? []
    : [labelled('Person', story.case.userName ?? 'the account is gone')]),
  ...(story.isDecoy === true ? [under('made up, to see how people decide; nobody is let in')] : []),
  ...subjectLines(story),
]

const subjectLines = ({ case: one, request, decision, declared, pattern }: CaseStory): readonly string[] => {
  if (pattern !== null) return patternLines(pattern)
  if (request !== null) return factLines(request.facts)
  if (declared !== null) {
    return [
      labelled('Who', `user ${one.user}, ${one.tier} tier`),
      labelled('Where', `application ${one.client}`),
      labelled('Declared', `${timeWords(declared.recordedAt)}; it happened ${timeWords(declared.occurredAt)}`),
      under(`what was done: ${declared.what}`),
      under(`allowed by, as is said: ${declared.approvedBy ?? 'nobody'}`),
      under(`why: ${declared.reason}`),
    ]
  }
  const assessment = decision?.assessment ?? null
  return [
    labelled('Who', `user ${one.user}, ${one.tier} tier`),
    labelled('Where', `application ${one.client}`),
    labelled('Failure', `${one.failureClass}; ${counted(one.attempts, 'attempt')} at a factor`),
    ...(decision === null
      ? []
      : [
          labelled('Decision', decision.reason === null ? decision.outcome : `${decision.outcome}, ${decision.reason}`),
        ]),
    ...(assessment === null
      ? []
      : [
          ...scoreLines(assessment.score.total, assessment.band, assessment.score.contributions),
          labelled('Rule', `${assessment.rule}, profile ${one.profile}`),
          ...assessment.remarks.map((remark) => under(`remark: ${remark}`)),
        ]),
    ...(one.path === null ? [] : [labelled('Path', one.path)]),
  ]
}

const patternLines = (found: NonNullable<CaseStory['pattern']>): readonly string[] => [
  labelled(
    'Pattern',
    `${counted(found.failures, 'failed login')} of ${found.people === 1 ? 'one person' : `${found.people} people`}`,
  ),
  under(`by ${found.dimension}: ${found.value}`),
  under(`from ${timeWords(found.since)} to ${timeWords(found.until)}`),
  under(found.before === null ? 'of the span before there is no figure' : `in the span before: ${found.before}`),
  ...Object.entries(found.classes).map(([name, failures]) => under(`${name}: ${failures}`)),
]

const askedLines = (
  { request, approvals, ratification, decision, evidenceReview }: CaseStory,
  now: number,
): readonly string[] => [
  ...(request === null ? [] : [labelled('Asked', timeWords(request.askedAt)), under(lastDayWords(request.lastDay))]),
  ...(request?.demands ?? []).map(({ group, count, given }) => under(`${given} of ${count} of ${group} said yes`)),
  ...(request === null || request.methods.length === 0
    ? []
    : [under(`ways to make sure who asks: ${waysOf(request)}`)]),
  ...(request?.verbalWithinSeconds == null
    ? []
    : [under(`a spoken yes must be confirmed within ${durationWords(request.verbalWithinSeconds)}`)]),
  ...approvals.map((one) => approvalLine(one, now)),
  ...(decision?.terms?.evidenceReview === true
    ? [
        labelled(
          'Reviewer',
          evidenceReview === null
            ? 'the evidence must be reviewed by somebody else'
            : `${evidenceReview.person.name}: ${evidenceReview.verdict}, ${timeWords(evidenceReview.at)}: ${evidenceReview.reason}`,
        ),
      ]
    : []),
  ...(ratification === null
    ? []
    : [
        labelled(
          'Ratify',
          `${ratification.group}: ${ratification.state}${ratification.state === 'pending' ? `, ${untilWords(ratification.dueAt, now)}` : ''}`,
        ),
      ]),
]

/** Somebody who was told no, and asks somebody else, shall not pass for one who asks for the first time (S02). */
const lastDayWords = ({ asked, denied }: NonNullable<CaseStory['request']>['lastDay']): string =>
  `${counted(asked, 'request')} of this person in 24 hours, ${denied === 0 ? 'none' : denied} told no`

const waysOf = ({ methods, distinctMethods }: NonNullable<CaseStory['request']>): string =>
  `${methods.join(', ')}${distinctMethods ? '; each approver takes another' : ''}`

const approvalLine = (one: CaseStory['approvals'][number], now: number): string => {
  const { person, verdict, state, method, seen, reason, at, recordedBy, confirmBy } = one
  const met = seen === null ? '' : ` at ${seen.place} (${seen.document})`
  const how = method === null ? '' : ` by ${method}${met}`
  const spoken =
    recordedBy === null
      ? ''
      : ` (spoken, written down by ${recordedBy}: ${state}${state === 'pending' && confirmBy !== null ? `, ${untilWords(confirmBy, now)}` : ''})`
  const says = verdict === 'deny' ? 'No' : 'Yes'
  return labelled(says, `${person.name} (${person.id})${how}, ${timeWords(at)}${spoken}: ${reason}`)
}

const evidenceLines = ({ evidence: { items, missing } }: CaseStory): readonly string[] => [
  ...(items.length === 0 && missing.length === 0
    ? []
    : [labelled('Evidence', items.length === 0 ? 'none yet' : counted(items.length, 'item'))]),
  ...items.map(({ id, item, kind, mediaType, size, by, late }) =>
    under(`${item}: ${kind}, ${mediaType}, ${size} bytes, by ${by.name}${late ? ', LATE' : ''}  ${id}`),
  ),
  ...(missing.length === 0 ? [] : [under(`MISSING: ${missing.join(', ')}`)]),
]

const afterwardsLines = ({ reviews }: CaseStory, now: number): readonly string[] =>
  reviews.flatMap(({ id, kind, dueAt, done }) =>
    done === null
      ? [labelled('Review', `${kind}, ${untilWords(dueAt, now)}  ${id}`)]
      : [
          labelled(
            'Review',
            `${kind}, by ${done.by.name}, ${timeWords(done.at)}: ${done.cause}, confidence ${done.confidence}`,
          ),
          under(`${done.action}; ${done.actionOwner} until ${done.actionDue}`),
          ...(done.note === '' ? [] : [under(`note: ${done.note}`)]),
        ],
  )

/** Digests and ids that only a check of the chain needs. */
const isShownFact = ([name, value]: [string, unknown]): boolean =>
  value !== null && !/(Digest|Hash)$/.test(name) && (typeof value !== 'object' || Array.isArray(value))

const historyLines = ({ history }: CaseStory): readonly string[] => [
  'History:',
  ...history.map(({ at, event, state, withheld, actor, facts }) => {
    const told = Object.entries(facts)
      .filter(isShownFact)
      .map(([name, value]) => `${name} ${factWord(name, value)}`)
      .join(', ')
    const rest = withheld ? '; more is not told to you' : told === '' ? '' : `: ${told}`
    return under(`${timeWords(at)}  ${event} → ${state}, by ${actor ?? 'somebody'}${rest}`)
  }),
]

/** Times in the history are epoch milliseconds, and named so. */
const factWord = (name: string, value: unknown): string =>
  typeof value === 'number' && value > 1e11 && /(^until|At|By|Time|Due)$/.test(name) ? timeWords(value) : word(value)

/** What the reader may do now, as commands. */
const nextLines = ({ case: { id, state }, mayDo, reviews, evidence }: CaseStory): readonly string[] => {
  const may = (act: string): boolean => mayDo.includes(act)
  const commands = [
    ...(may('approve') && state === 'awaiting_approval' ? [`case approve ${id}`, `case deny ${id}`] : []),
    ...(may('open-for-another') && state === 'awaiting_approval' ? [`case verbal ${id} --approver <user name>`] : []),
    ...(evidence.missing.length > 0 && isRunning(state) && (may('approve') || may('open-for-another'))
      ? [`case evidence add ${id} --item ${evidence.missing[0]}`]
      : []),
    ...(may('review-evidence') && state === 'awaiting_evidence_review' ? [`case review-evidence ${id}`] : []),
    ...(may('review') && reviews.some(({ done }) => done === null) ? [`case review ${id}`] : []),
    ...(may('revoke') && (isRunning(state) || state === 'in_use') ? [`case revoke ${id}`] : []),
  ]
  if (commands.length === 0) return []
  return [
    'Your roles let you do here, unless you had another part:',
    ...commands.map((one) => under(`fallback-bridge ${one}`)),
  ]
}
