import type { CaseExport } from '../../bridge/domain/export/case-export.ts'

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** An export that is not as it was. `what` names the member, of a changed value with what it was and is. */
export type Changed = { what: string; changed: Json }

/** Every other value of the closed lists, so that a change stays one that the form allows. */
const lists: readonly (readonly string[])[] = [
  ['approve', 'deny'],
  ['accept', 'refuse'],
  ['counted', 'pending', 'confirmed', 'refused', 'lapsed'],
  ['pending', 'ratified', 'refused', 'lapsed'],
  ['due', 'written', 'confirmed', 'parked'],
  ['in_person', 'call_back_on_record'],
  ['staff_badge', 'passport'],
  ['open', 'grant'],
  ['granted', 'denied', 'closed', 'revoked'],
]

/** A day is far from every entry's time. */
const othersOf = (value: Json): Json[] => {
  if (typeof value === 'number') return [value + 86_400_000, value - 86_400_000, 0]
  if (typeof value === 'boolean') return [!value]
  if (value === null) return ['x', 7]
  if (typeof value !== 'string') return []
  if (/^[0-9a-f]{64}$/.test(value)) return [`${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`]
  const listed = lists.filter((list) => list.includes(value)).flatMap((list) => list.filter((one) => one !== value))
  return [...listed, `${value}x`, '']
}

const isObject = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every change of one leaf, and of one member of a list: left out, and there twice. */
export function* changesOf(value: Json, path = ''): Generator<Changed> {
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      const at = `${path}.${index}`
      yield { what: at, changed: value.toSpliced(index, 1) }
      yield { what: at, changed: value.toSpliced(index, 0, member) }
      for (const inner of changesOf(member, at)) yield { ...inner, changed: value.with(index, inner.changed) }
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`
      const { [name]: _, ...others } = value
      yield { what: at, changed: others }
      if (member !== null && typeof member === 'object') yield { what: at, changed: { ...value, [name]: null } }
      for (const inner of changesOf(member, at)) yield { ...inner, changed: { ...value, [name]: inner.changed } }
    }
  } else {
    for (const changed of othersOf(value)) {
      if (changed !== value) yield { what: `${path}: ${value} to ${changed}`, changed }
    }
  }
}

/**
 * An export with one record more: in a list one like another that is there, but under another name, of another person or at
 * another time; in a list, and where nothing is, what another export has there.
 */
export function* additionsTo(told: CaseExport, others: readonly CaseExport[]): Generator<Changed> {
  const whole = told as unknown as { [name: string]: Json }
  for (const [name, member] of Object.entries(whole)) {
    const strangers = others.map((other) => (other as unknown as typeof whole)[name] ?? null)
    if (Array.isArray(member)) {
      const own = member.flatMap((record) => (isObject(record) ? [...unlikeIn(record)] : []))
      const foreign = strangers.flatMap((list) => (Array.isArray(list) ? list : []))
      for (const { what, changed } of [...own, ...foreign.map((record) => ({ what: 'of another', changed: record }))]) {
        yield { what: `${name} + ${what}`, changed: { ...whole, [name]: [...member, changed] } }
      }
    } else if (member === null) {
      for (const stranger of strangers) {
        if (stranger !== null) yield { what: `${name} +`, changed: { ...whole, [name]: stranger } }
      }
    }
  }
  const done = others.flatMap(({ reviews }) => reviews.flatMap((review) => review.done ?? []))
  for (const one of done) {
    const reviews = told.reviews.map((review) => ({ ...review, done: review.done ?? one }))
    if (told.reviews.some((review) => review.done === null)) {
      yield { what: 'reviews.done +', changed: { ...whole, reviews: reviews as unknown as Json } }
    }
  }
}

/** A record with one of its own members changed. */
function* unlikeIn(record: { [name: string]: Json }): Generator<Changed> {
  for (const [name, member] of Object.entries(record)) {
    for (const other of othersOf(member)) yield { what: name, changed: { ...record, [name]: other } }
  }
}
