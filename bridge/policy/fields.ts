import { z } from 'zod'

/** What is refused says what is allowed: each of these is a value with the sentence that tells it, `must be …`. */

/** A whole number between two bounds; none may be left out, and a blank is no number. */
export const whole = (least: number, most: number, unit = '') => {
  const error = `must be a whole number from ${least} to ${most}${unit === '' ? '' : ` ${unit}`}; a blank one is never "unlimited".`
  return z.int({ error }).min(least, { error }).max(most, { error })
}

/** A mapping with known fields; any other is refused with the list of those that are. */
export const fields = <Shape extends z.core.$ZodLooseShape>(shape: Shape) => {
  const known = Object.keys(shape).join(', ')
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is no field here. Known fields: ${known}.`
        : `must be a mapping with the fields ${known}.`,
  })
}

/** One of a closed list of words. */
export const oneOf = <const Values extends readonly [string, ...string[]] | readonly string[]>(values: Values) =>
  z.enum(values, { error: `must be one of: ${values.join(', ')}.` })

export const flag = () => z.boolean({ error: 'must be true or false.' })

/** A list without repetitions, of bounded length. */
export const listOf = <Item extends z.ZodType>(item: Item, least: number, most: number) => {
  const error = `must be a list of ${least} to ${most} entries.`
  return z
    .array(item, { error })
    .min(least, { error })
    .max(most, { error })
    .refine(isWithoutRepetition, { error: 'must not name the same value twice.' })
}

const isWithoutRepetition = (values: readonly unknown[]): boolean => {
  const plain = values.filter((value) => typeof value !== 'object')
  return new Set(plain).size === plain.length
}

export const matching = (pattern: RegExp, sentence: string) =>
  z.string({ error: sentence }).regex(pattern, { error: sentence })

/** Text for people: one line without control or invisible characters. */
export const line = (most = 200) =>
  matching(
    new RegExp(`^(?=\\S)[^\\p{C}\\u2028\\u2029]{1,${most}}(?<=\\S)$`, 'u'),
    `must be a text of one line, 1 to ${most} characters, without blanks at its ends; put it in quotes if it looks like a number or a date.`,
  )

/** Name that this document gives to something. */
export const identifier = () =>
  matching(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'must be lower-case letters and digits, in words joined by hyphens, at most 48 characters.',
  ).max(48, { error: 'must be at most 48 characters.' })

/** Path of a group as Keycloak writes it. */
export const groupPath = () =>
  matching(
    /^(\/[^/\p{C}\u2028\u2029]{1,128}){1,10}$/u,
    'must be the path of a group, beginning with "/" and not ending with it, such as /staff/london.',
  )

/** Name that Keycloak gives to something: a role, a client, a realm, a user. */
export const keycloakName = (what: string) =>
  matching(/^[^\p{C}\p{Z}]{1,255}$/u, `must be the name of ${what}, 1 to 255 characters without blanks.`)

/** A calendar date, meant as its midnight in UTC. */
export const date = () =>
  z.iso
    .date({ error: 'must be a date that exists, as 2027-11-01 (midnight UTC).' })
    .refine((text) => text >= '2000-01-01' && text < '2200-01-01', { error: 'must be a date from 2000 to 2199.' })

export const dateTime = () =>
  z.iso
    .datetime({ error: 'must be a date and time in UTC, as 2027-11-01T12:00:00Z.' })
    .refine((text) => text >= '2000-01-01' && text < '2200-01-01', { error: 'must be a time from 2000 to 2199.' })

/** Time of day on the policy's own clocks. */
export const timeOfDay = () =>
  matching(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time in quotes, from "00:00" to "24:00".')

export const acr = () =>
  matching(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, colons, hyphens or underscores.')
