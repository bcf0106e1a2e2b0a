import { conditionsOf } from './compare-fields.ts'
import { withInner } from './fact-values.ts'
import type { Policy } from './policy.ts'

/**
 * Every group by which a policy tells people apart, each once: who is privileged, has a suitability plan or is made up; whom a
 * line of authority is about, or is not; and whom a rule, a factor or a shorter session meets. Where one is not there, the
 * policy holds all the same, and what it says of the members holds for nobody.
 */
export const tellingGroups = (policy: Policy): readonly string[] => [
  ...new Set([
    ...policy.privileged.groups,
    ...policy.suitabilityGroups,
    ...(policy.decoys === undefined ? [] : [policy.decoys.group]),
    ...policy.authority.flatMap(({ subjects = [], sharedGroupBelow, notSharedGroupBelow }) => [
      ...subjects,
      ...[sharedGroupBelow, notSharedGroupBelow].flatMap((path) => path ?? []),
    ]),
    ...conditionsOf(policy)
      .flatMap(withInner)
      .flatMap(({ group }) => group ?? []),
  ]),
]
