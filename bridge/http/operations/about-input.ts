import type { z } from 'zod'

/**
 * Names the fields that are wrong, by the schema's own names: nothing of what came in is told (K18), so a field that the
 * schema does not know is `unknown_field`.
 */
export const aboutOf = (parsed: readonly z.ZodSafeParseResult<unknown>[]): readonly string[] => [
  ...new Set(parsed.flatMap(({ error }) => (error?.issues ?? []).flatMap(namesOf))),
]

const namesOf = (issue: z.core.$ZodIssue): readonly string[] => {
  const at = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') return [at === '' ? 'unknown_field' : `${at}.unknown_field`]
  const inner = issue.code === 'invalid_union' ? issue.errors.flat().flatMap(namesOf) : []
  return inner.length > 0 ? inner : [at === '' ? 'body' : at]
}
