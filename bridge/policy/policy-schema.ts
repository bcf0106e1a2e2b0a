import { z } from 'zod'
import { policyDocument } from './document.ts'

/** JSON Schema of a policy document, for editors: what it allows is what the first two steps of reading allow. */
export const describePolicySchema = (): string => {
  const schema = z.toJSONSchema(policyDocument, { io: 'input' })
  return `${written({ title: 'Policy of the Keycloak Fallback Bridge', ...schema }, '', 0)}\n`
}

const lineWidth = 120

/** JSON as the formatter wants it: mappings over several lines, lists on one where they fit. */
const written = (value: unknown, indent: string, before: number): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const short = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    const isPlain = value.every((item) => typeof item !== 'object')
    if (isPlain && indent.length + before + short.length < lineWidth) return short
    return `[\n${value.map((item) => `${inner}${written(item, inner, 0)}`).join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(([name, member]) => {
    const start = `${JSON.stringify(name)}: `
    return `${inner}${start}${written(member, inner, start.length)}`
  })
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`
}
