import { createHash } from 'node:crypto'
import { parse } from 'yaml'
import { z } from 'zod'
import { asId, type PathId } from '../domain/ids.ts'
import { biometricAmr, ceilings, checks, type Policy } from '../domain/policy.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/, 'lower-case words joined by hyphens')
const upTo = (ceiling: number) => z.int().min(1).max(ceiling)

const path = z.strictObject({
  id: name,
  check: z.enum(checks),
  acr: z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/),
  amr: z
    .array(z.string().regex(/^[a-z0-9_-]{2,16}$/))
    .min(1)
    .refine((values) => !values.some((value) => biometricAmr.includes(value)), 'no biometric value'),
})

const profile = z.strictObject({
  name,
  paths: z.array(name).min(1),
  challenge: z.strictObject({
    attempts: upTo(ceilings.challengeAttempts),
    lifetimeSeconds: upTo(ceilings.challengeLifetimeSeconds),
  }),
  account: z.strictObject({
    consecutiveFailures: upTo(ceilings.consecutiveFailures),
    lockSeconds: z.int().min(ceilings.minimumLockSeconds),
    failuresUntilRebind: upTo(ceilings.failuresUntilRebind),
  }),
  casesPerDay: upTo(ceilings.casesPerDay),
  grantSeconds: upTo(ceilings.grantSeconds),
  sessionSeconds: upTo(ceilings.sessionSeconds),
})

const document = z
  .strictObject({ version: z.int().min(1), profile, paths: z.array(path).min(1) })
  .superRefine((policy, context) => {
    const ids = policy.paths.map((one) => one.id)
    for (const id of policy.profile.paths) {
      if (!ids.includes(id))
        context.addIssue({ code: 'custom', message: `unknown path ${id}`, path: ['profile', 'paths'] })
    }
    if (new Set(ids).size !== ids.length)
      context.addIssue({ code: 'custom', message: 'a path id twice', path: ['paths'] })
  })

/** A policy, or what is wrong with the document: one sentence each, naming the field. */
export type ParsedPolicy = { policy: Policy } | { problems: readonly string[] }

/** Reads a policy document. Unknown fields, missing numbers and numbers above a ceiling are problems (I14). */
export const parsePolicy = (text: string): ParsedPolicy => {
  let read: unknown
  try {
    read = parse(text)
  } catch {
    return { problems: ['The policy is not readable as YAML.'] }
  }
  const parsed = document.safeParse(read)
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `The policy is refused at ${path.join('.') || 'the document'}: ${message}.`,
      ),
    }
  }
  const { version, profile: values, paths } = parsed.data
  return {
    policy: {
      digest: createHash('sha256').update(text).digest('hex'),
      version,
      profile: { ...values, paths: values.paths.map((id) => asId<PathId>(id)) },
      paths: paths.map((one) => ({ ...one, id: asId<PathId>(one.id) })),
    },
  }
}
