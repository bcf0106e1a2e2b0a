import type { CountedApprover } from '../../domain/approval/quorum.ts'
import type { Instant } from '../../domain/ids.ts'
import type { Matter } from '../operations/act-on-case.ts'
import { approversNow } from './check-approvals.ts'

/** Whose approvals of a case count at this time; nobody's where the case was never decided about. */
export const approversOf = (matter: Matter, at: Instant): readonly CountedApprover[] => {
  const { policy, current, decision, facts, approvals, people } = matter
  if (decision === undefined || facts === undefined) return []
  return approversNow(approvals, people, { policy, current, decision, facts }, at)
}
