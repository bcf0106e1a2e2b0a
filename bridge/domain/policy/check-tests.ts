import { type DocumentProblem, problemIf } from './document-problem.ts'
import type { GoldenTest, Policy } from './policy.ts'

/** Whether the document's own tests cover it: a refusal, every profile, every path (R27). Running them is another act. */
export const checkTests = (policy: Policy): readonly DocumentProblem[] => {
  const { tests } = policy
  return [
    ...tests.flatMap(checkTest),
    ...problemIf(
      !tests.some(({ expect }) => expect.outcome === 'deny'),
      ['tests'],
      'test_without_deny',
      'must have a test that expects "outcome: deny": a policy that refuses nobody is not tested (R27).',
    ),
    ...policy.profiles.flatMap(({ name }) =>
      problemIf(
        !tests.some(({ expect }) => expect.profile === name),
        ['profiles', name],
        'profile_untested',
        `must be reached by a test: none expects "profile: ${name}" (R27).`,
      ),
    ),
    ...policy.paths.flatMap(({ id }, index) =>
      problemIf(
        !tests.some(({ expect }) => expect.paths?.includes(id) === true),
        ['paths', index],
        'path_untested',
        `must be offered in a test: none expects "${id}" among its paths (R27).`,
      ),
    ),
  ]
}

const checkTest = ({ facts, missing }: GoldenTest, index: number): readonly DocumentProblem[] =>
  missing.flatMap((name, place) =>
    problemIf(
      facts[name] !== undefined,
      ['tests', index, 'missing', place],
      'test_contradicts',
      `must not name ${name}, which "facts" of this test gives.`,
    ),
  )
