import type { UserId } from '../ids.ts'

/**
 * What somebody can be on a case. `opener` opened it for another or declared it; `recorder` wrote down a spoken
 * approval; `verbal_approver` is the one named there.
 */
export const parts = [
  'subject',
  'opener',
  'approver',
  'denier',
  'recorder',
  'verbal_approver',
  'evidence_giver',
  'evidence_reviewer',
  'ratifier',
  'reviewer',
] as const
export type Part = (typeof parts)[number]

/** A natural person as far as it is known: an account, and the identity that several accounts may share. */
export type NaturalPerson = { id: UserId; identity: string | undefined }

/** What somebody was on a case. */
export type PartTaken = NaturalPerson & { part: Part }

/**
 * Which parts somebody must not have had who takes this one (I4, R16, R25, R41). A part that stands in its own list is
 * taken once by each person.
 */
export const keptApart: Readonly<Record<Part, readonly Part[]>> = {
  subject: [],
  opener: ['subject'],
  denier: [],
  approver: ['subject', 'opener', 'approver', 'recorder', 'verbal_approver', 'evidence_reviewer'],
  recorder: ['subject', 'approver', 'verbal_approver', 'evidence_reviewer'],
  verbal_approver: ['subject', 'opener', 'approver', 'recorder', 'verbal_approver', 'evidence_reviewer'],
  evidence_giver: ['evidence_reviewer'],
  evidence_reviewer: [
    'subject',
    'opener',
    'approver',
    'recorder',
    'verbal_approver',
    'evidence_giver',
    'evidence_reviewer',
  ],
  ratifier: ['subject', 'opener', 'approver', 'recorder', 'verbal_approver', 'evidence_reviewer', 'ratifier'],
  reviewer: [
    'subject',
    'opener',
    'approver',
    'denier',
    'recorder',
    'verbal_approver',
    'evidence_reviewer',
    'ratifier',
    'reviewer',
  ],
}

/** The same account, or two accounts of one identity (C04). An identity that nobody knows is nobody's. */
export const isSamePerson = (a: NaturalPerson, b: NaturalPerson): boolean =>
  a.id === b.id || (a.identity !== undefined && b.identity !== undefined && a.identity === b.identity)

/**
 * The part that keeps this person from taking `part`; undefined where nothing does. `apart` is given only by tests that
 * prove that each entry of the table is needed.
 */
export const whyNotApart = (
  person: NaturalPerson,
  part: Part,
  taken: readonly PartTaken[],
  apart: Readonly<Record<Part, readonly Part[]>> = keptApart,
): Part | undefined => taken.find((one) => apart[part].includes(one.part) && isSamePerson(one, person))?.part
