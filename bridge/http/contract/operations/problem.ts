import { z } from 'zod'

/** What every refusal looks like (RFC 9457). `code` is stable; `about` names fields, items, parts or states, never a person. */
export const problem = z.strictObject({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  about: z.array(z.string()).optional(),
})
