import { writeFileSync } from 'node:fs'
import { describeDecisions } from './describe-decisions.ts'

writeFileSync(new URL('../../docs/policy-decisions.md', import.meta.url), describeDecisions())
