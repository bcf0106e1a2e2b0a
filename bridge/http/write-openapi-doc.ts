import { writeFileSync } from 'node:fs'
import { describeOperations } from './operations/describe-operations.ts'

writeFileSync(new URL('../../docs/openapi.json', import.meta.url), `${JSON.stringify(describeOperations(), null, 2)}\n`)
