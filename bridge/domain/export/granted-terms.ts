import { type Decision, termsOf } from '../policy/decision.ts'
import type { CaseExport } from './case-export.ts'

/** Of what a stored decision grants, what other members of the export follow from. Times in milliseconds. */
export type GrantedTerms = {
  paths: readonly string[]
  challengeMs: number
  grantMs: number
  sessionMs: number
  ratification: { group: string; withinMs: number } | undefined
}

/** Undefined where the decision grants nothing, there is none, or its text has not the form of one. */
export const grantedTermsOf = ({ decision }: Pick<CaseExport, 'decision'>): GrantedTerms | undefined => {
  if (decision === null) return undefined
  try {
    const read: Decision = JSON.parse(decision.decision)
    const terms = termsOf(read)
    if (terms === undefined) return undefined
    const { limits, paths, ratification } = terms
    const ids: readonly unknown[] = paths.map(({ id }) => id)
    if (!ids.every(isName)) return undefined
    return {
      paths: ids,
      challengeMs: limits.challengeSeconds * 1000,
      grantMs: limits.grantSeconds * 1000,
      sessionMs: limits.sessionSeconds * 1000,
      ratification:
        ratification === undefined
          ? undefined
          : { group: ratification.group, withinMs: ratification.withinSeconds * 1000 },
    }
  } catch {
    // Another text than was stored: its digest says so.
    return undefined
  }
}

const isName = (id: unknown): id is string => typeof id === 'string' && id.isWellFormed()
