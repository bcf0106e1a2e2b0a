import { writeFileSync } from 'node:fs'
import { describePolicySchema } from './policy-schema.ts'

writeFileSync(new URL('./policy.schema.json', import.meta.url), describePolicySchema())
