import type { VerificationMethod } from '../policy/ceilings.ts'

/** What can be looked at of somebody who stands there (R23). A kind, never a number: none is kept anywhere. */
export const seenDocuments = [
  'identity_card',
  'passport',
  'driving_licence',
  'residence_permit',
  'staff_badge',
  'known_by_sight',
] as const
export type SeenDocument = (typeof seenDocuments)[number]

/** Where the approver met the person, and which kind of document they saw. */
export type Seen = { place: string; document: SeenDocument }

/** A place: 2 to 100 characters on one line, none of them invisible, without blanks at its ends. */
export const placePattern = /^(?=\S)[^\p{C}\u2028\u2029]{2,100}(?<=\S)$/u

/** How an approver made sure who asks. In person it takes place and document, in another way neither (R23). */
export type MadeSure =
  | { method: 'in_person'; seen: Seen }
  | { method: Exclude<VerificationMethod, 'in_person'>; seen?: undefined }
