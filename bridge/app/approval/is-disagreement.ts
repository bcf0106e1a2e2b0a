import { isSamePerson } from '../../domain/approval/separation.ts'
import type { Instant } from '../../domain/ids.ts'
import type { Matter } from '../operations/act-on-case.ts'
import { isInForce } from './check-approvals.ts'

/**
 * Whether a no of the actor stands against a yes of somebody else that holds at this time (R41). Whoever takes their own
 * yes back disagrees with nobody.
 */
export const isDisagreement = ({ actor, approvals, people }: Matter, at: Instant): boolean =>
  approvals.some(
    (one) =>
      isInForce(one, at) &&
      !isSamePerson({ id: one.id, identity: people.get(one.id)?.identity ?? one.identity }, actor.person),
  )
