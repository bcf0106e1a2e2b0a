import { type DocumentPath, type DocumentProblem, problemIf } from './document-problem.ts'
import { ownersOf } from './ordinary-login.ts'
import type { Ownership, Policy } from './policy.ts'

/** Names: each once, each known where it is used, each used; and two different people wherever two are named. */
export const checkNames = (policy: Policy): readonly DocumentProblem[] => [
  ...checkDuplicates(policy),
  ...checkProfileNames(policy),
  ...checkPathNames(policy),
  ...checkEvidenceNames(policy),
  ...checkOwnerNames(policy),
  ...problemIf(
    policy.hours.from >= policy.hours.to,
    ['hours', 'to'],
    'hours_empty',
    `must be later than "from" (${policy.hours.from}); hours do not go past midnight.`,
  ),
]

const checkDuplicates = (policy: Policy): readonly DocumentProblem[] => [
  ...repeated(
    policy.rules,
    (rule) => rule.name,
    (index) => ['rules', index, 'name'],
  ),
  ...repeated(
    policy.paths,
    (path) => path.id,
    (index) => ['paths', index, 'id'],
  ),
  ...repeated(
    policy.risk.factors,
    (factor) => factor.id,
    (index) => ['risk', 'factors', index, 'id'],
  ),
  ...repeated(
    policy.tests,
    (test) => test.name,
    (index) => ['tests', index, 'name'],
  ),
  ...Object.entries(policy.evidence).flatMap(([name, items]) =>
    repeated(
      items,
      (item) => item.id,
      (index) => ['evidence', name, index, 'id'],
    ),
  ),
  ...policy.profiles.flatMap(({ name, approvals }) =>
    repeated(
      approvals,
      (demand) => demand.group,
      (index) => ['profiles', name, 'approvals', index, 'group'],
    ),
  ),
]

const repeated = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  at: (index: number) => DocumentPath,
): readonly DocumentProblem[] => {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const name = nameOf(item)
    const isRepeated = seen.has(name)
    seen.add(name)
    return problemIf(isRepeated, at(index), 'duplicate_name', `must differ from the others: "${name}" stands twice.`)
  })
}

const checkProfileNames = (policy: Policy): readonly DocumentProblem[] => {
  const known = policy.profiles.map(({ name }) => name)
  const used = policy.rules.map(({ profile }) => profile)
  const sentence = `must be a profile of this document: ${known.join(', ')}.`
  return [
    ...problemIf(
      !known.includes('standard'),
      ['profiles'],
      'standard_missing',
      'must have a profile "standard": what others may get is measured by it.',
    ),
    ...policy.rules.flatMap(({ profile }, index) =>
      problemIf(
        profile !== undefined && !known.includes(profile),
        ['rules', index, 'profile'],
        'unknown_profile',
        sentence,
      ),
    ),
    ...policy.authority.flatMap(({ profiles }, index) =>
      profiles.flatMap((profile, place) =>
        problemIf(!known.includes(profile), ['authority', index, 'profiles', place], 'unknown_profile', sentence),
      ),
    ),
    ...known.flatMap((name) =>
      problemIf(
        !used.includes(name),
        ['profiles', name],
        'unused_profile',
        'must be chosen by a rule, or go: no rule names this profile.',
      ),
    ),
  ]
}

const checkPathNames = (policy: Policy): readonly DocumentProblem[] => {
  const known = policy.paths.map(({ id }) => id)
  const used = policy.profiles.flatMap(({ paths }) => paths)
  return [
    ...policy.profiles.flatMap(({ name, paths }) =>
      paths.flatMap((id, index) =>
        problemIf(
          !known.includes(id),
          ['profiles', name, 'paths', index],
          'unknown_path',
          `must be the id of a path of this document: ${known.join(', ')}.`,
        ),
      ),
    ),
    ...policy.paths.flatMap(({ id }, index) =>
      problemIf(
        !used.includes(id),
        ['paths', index],
        'unused_path',
        `must be listed by a profile, or go: no profile names "${id}".`,
      ),
    ),
  ]
}

const checkEvidenceNames = (policy: Policy): readonly DocumentProblem[] => {
  const known = Object.keys(policy.evidence)
  const used = policy.profiles.map(({ evidence }) => evidence)
  return [
    ...policy.profiles.flatMap(({ name, evidence }) =>
      problemIf(
        evidence !== undefined && !known.includes(evidence),
        ['profiles', name, 'evidence'],
        'unknown_evidence',
        `must be an evidence schema of this document: ${known.join(', ') || 'there is none'}.`,
      ),
    ),
    ...known.flatMap((name) =>
      problemIf(
        !used.includes(name),
        ['evidence', name],
        'unused_evidence',
        'must be asked for by a profile, or go: no profile names this schema.',
      ),
    ),
  ]
}

const checkOwnerNames = (policy: Policy): readonly DocumentProblem[] => {
  const known = ownersOf(policy)
  return [
    ...checkOwnership([], policy),
    ...policy.profiles.flatMap((profile) => checkOwnership(['profiles', profile.name], profile)),
    ...policy.paths.flatMap((path, index) => checkOwnership(['paths', index], path)),
    ...policy.tests.flatMap(({ facts }, index) =>
      Object.keys(facts.owners ?? {}).flatMap((name) =>
        problemIf(
          !known.includes(name),
          ['tests', index, 'facts', 'owners', name],
          'unknown_owner',
          `must be an owner or a deputy that this document names: ${known.join(', ')}.`,
        ),
      ),
    ),
  ]
}

const checkOwnership = (at: DocumentPath, { owner, deputy }: Ownership): readonly DocumentProblem[] =>
  problemIf(
    owner === deputy,
    [...at, 'deputy'],
    'same_person',
    `must be somebody else than the owner, ${owner}, whose place is taken (R10).`,
  )
