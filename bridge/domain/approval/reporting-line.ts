import type { UserId } from '../ids.ts'
import { type NaturalPerson, type Part, type PartTaken, whyNotApart } from './separation.ts'

/** An account and whom it reports to: `manager` is the id or the user name of that one, as the realm has it. */
export type Reporting = { id: UserId; name: string; manager: string | undefined }

/**
 * Which parts nobody takes who stands in one direct line with somebody who had one of these (R41): evidence is reviewed by
 * neither the manager nor a report of whoever approved, whichever of them came first.
 */
const linesApart: Partial<Readonly<Record<Part, readonly Part[]>>> = {
  evidence_reviewer: ['approver', 'verbal_approver'],
  approver: ['evidence_reviewer'],
  verbal_approver: ['evidence_reviewer'],
}

/** Keycloak keeps user names in lower case; an attribute holds what somebody typed. */
export const isSameUserName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Whether one of two is the other's manager. Of whom no manager is known, nothing is known. */
export const inDirectLine = (a: Reporting, b: Reporting): boolean => reportsTo(a, b) || reportsTo(b, a)

/** What keeps this person from taking a part: another part of theirs, or the line to somebody who had one. */
export const whyKeptApart = (
  person: NaturalPerson & Reporting,
  part: Part,
  taken: readonly (PartTaken & Reporting)[],
): Part | 'reporting_line' | undefined => whyNotApart(person, part, taken) ?? whyInLine(person, part, taken)

const whyInLine = (
  person: Reporting,
  part: Part,
  taken: readonly (Reporting & { part: Part })[],
): 'reporting_line' | undefined =>
  taken.some((one) => linesApart[part]?.includes(one.part) === true && inDirectLine(one, person))
    ? 'reporting_line'
    : undefined

/** Whether somebody of this manager reports to another. Of whom no manager is known, nobody is the manager. */
export const reportsTo = ({ manager }: Pick<Reporting, 'manager'>, other: Pick<Reporting, 'id' | 'name'>): boolean =>
  manager !== undefined && (manager === other.id || isSameUserName(manager, other.name))
