import type { ChainFindingName, ChainFix } from '../domain/approval/chain-findings.ts'
import type { Chains } from '../operations-client/answers.ts'
import { shortSpan } from './time-words.ts'

type Finding = Extract<Chains['approvers'][number]['told'], { standing: 'known' }>['findings'][number]

const findingWords: Readonly<Record<ChainFindingName, (count: number, of: number) => string>> = {
  approved_decoy: (count, of) => `${count} of ${of} decisions about people who are made up were a yes`,
  same_pair: (count, of) => `the same two people said yes on ${count} of the last ${of} cases that took two`,
  rubber_stamped: (count, of) => `${count} of ${of} own decisions left no time to read`,
  mutual: (count, of) => `${count} of ${of} yeses were for somebody who said yes for the same person`,
  one_person_decides: (count, of) => `one person had a part in ${count} of ${of} cases`,
  unratified: (count, of) => `${count} of ${of} cases were let in ahead of a yes that never came`,
  spoken_often: (count, of) => `${count} of ${of} yeses were written down by somebody else`,
  never_refuses: (count) => `${count} decisions, and never a no`,
  outside_hours: (count, of) => `${count} of ${of} decisions fell outside of the hours`,
  slow: (seconds) => `half of the decisions took ${shortSpan(seconds * 1000)} or more`,
}

const fixWords: Readonly<Record<ChainFix, string>> = {
  rotate_approvers: 'let approvers take turns, or ask a second group',
  train_approvers: 'go through together what is looked at before a yes, and ask for evidence',
  forbid_mutual: 'agree that these people do not decide for each other, or ask a second group',
  add_approvers: 'put more people into the groups that are asked',
  narrow_exceptions: 'take spoken yeses and later ratification out of the profile, or shorten their time',
  ask_second_group: 'ask a second group, of other people, too',
  cover_hours: 'have approvers on duty at these hours, or let it wait until they are',
}

const isKnown = <Name extends string, Words>(words: Readonly<Record<Name, Words>>, name: string): name is Name =>
  Object.hasOwn(words, name)

/** What stands out, with its figure and whom it is about. A finding of a newer bridge is told by its name. */
export const findingText = ({ finding, count, of, people }: Finding): string => {
  const figure = isKnown(findingWords, finding)
    ? findingWords[finding](count, of ?? 0)
    : `${finding}: ${count}${of === null ? '' : ` of ${of}`}`
  const names = people.map(({ id, name }) => `${name} (${id})`).join(' and ')
  return names === '' ? figure : `${figure}: ${names}`
}

/** What can be done about it. */
export const fixText = ({ fix }: Finding): string => (isKnown(fixWords, fix) ? fixWords[fix] : fix)

/** A chain in one line: its profile, and who has to say yes. */
export const chainText = ({ profile, demands, evidenceReview }: Chains['chains'][number]): string => {
  const asked = demands.map(({ group, count }) => `${count} of ${group}`).join(' + ')
  return `${profile}: ${asked === '' ? 'groups not known' : asked}${evidenceReview ? ', then evidence review' : ''}`
}
