import { writeFileSync } from 'node:fs'
import { describeNotices } from './describe-notices.ts'

writeFileSync(new URL('../../docs/notices.md', import.meta.url), describeNotices())
