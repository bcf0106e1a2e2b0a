import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { Clock, Ids } from '../app/ports.ts'
import { asId } from '../domain/ids.ts'

/** A UUID version 7 (RFC 9562): 48 bits of time, 74 random bits; ids sort by age. */
const uuid7 = (at: number): string => {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at, 0, 6)
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const wordLength = 10
/** Crockford's alphabet leaves out letters that are read as digits or misread. */
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Ids from the system's random source. */
export const createIds = (clock: Clock): Ids => ({
  case: () => asId(`fb-${uuid7(clock())}`),
  event: () => asId(uuid7(clock())),
  factor: () => asId(randomUUID()),
  attempt: () => randomUUID(),
  approval: () => asId(uuid7(clock())),
  evidence: () => asId(uuid7(clock())),
  review: () => asId(uuid7(clock())),
  notice: () => asId(uuid7(clock())),
  match: () => String(randomInt(1000)).padStart(3, '0'),
  word: () => Array.from({ length: wordLength }, () => crockford[randomInt(crockford.length)]).join(''),
})
