import { type CanonicalValue, canonicalJson } from '../canonical-json.ts'
import type { Decision } from './decision.ts'
import type { Facts } from './facts.ts'

/**
 * The one text of a decision's facts or outcome, as it is stored and compared byte for byte (R9, I13). A member that
 * is undefined is left out, as if it were absent.
 * @throws RangeError for a number that is not a safe integer, TypeError for a string that is not well-formed
 */
export const canonicalText = (value: Facts | Decision): string => canonicalJson(plain(value))

const plain = (value: unknown): CanonicalValue => {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object') throw new TypeError('canonical JSON holds plain data only')
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member)]))
}
