import { writeFileSync } from 'node:fs'
import { describeThreats } from './describe-threats.ts'

writeFileSync(new URL('../../docs/threat-model.md', import.meta.url), describeThreats())
