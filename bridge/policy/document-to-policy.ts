import { asId, type PathId } from '../domain/ids.ts'
import { profileNames } from '../domain/policy/ceilings.ts'
import type { GoldenTest, Policy } from '../domain/policy/policy.ts'
import type { PolicyDocument } from './document.ts'

/** A document as the engine reads it: times as numbers, profiles as a list in the order of the code's names. */
export const documentToPolicy = (document: PolicyDocument, digest: string): Policy => ({
  ...document,
  digest,
  reviewBy: midnightOf(document.reviewBy),
  profiles: profileNames.flatMap((name) => {
    const profile = document.profiles[name]
    if (profile === undefined) return []
    return [{ ...profile, name, reviewBy: midnightOf(profile.reviewBy), paths: profile.paths.map(pathId) }]
  }),
  paths: document.paths.map((path) => ({
    ...path,
    id: pathId(path.id),
    approvedAt: midnightOf(path.approvedAt),
    reviewBy: midnightOf(path.reviewBy),
  })),
  tests: document.tests.map(goldenTestOf),
})

/** A golden test as the engine reads it: its time as a number. */
export const goldenTestOf = ({ name, facts, missing, expect }: PolicyDocument['tests'][number]): GoldenTest => {
  const { at, ...otherFacts } = facts
  const { paths, ...otherExpectations } = expect
  return {
    name,
    facts: { ...otherFacts, ...(at === undefined ? {} : { at: Date.parse(at) }) },
    missing,
    expect: { ...otherExpectations, ...(paths === undefined ? {} : { paths: paths.map(pathId) }) },
  }
}

const pathId = (text: string): PathId => asId<PathId>(text)

/** Epoch milliseconds of a date's first moment in UTC. */
const midnightOf = (date: string): number => Date.parse(`${date}T00:00:00Z`)
