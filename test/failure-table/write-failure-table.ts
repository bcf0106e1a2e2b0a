import { writeFileSync } from 'node:fs'
import { failures } from './failures.ts'

const page = [
  '# What fails, and what comes of it',
  '',
  'Written by `npm run docs` out of `test/failure-table/failures.ts`; `test/e2e/failure-table.test.ts` proves each line on the real',
  'Keycloak. Events are `LOGIN_ERROR` of the person, in *Events → User events*. “Counted” is Keycloak’s brute-force protection.',
  '',
  '| what fails | what the person sees | error of the event | counted |',
  '|---|---|---|---|',
  ...failures.map(
    ({ what, sees, event: { error, detail }, isCounted }) =>
      `| ${what} | ${sees.words} | \`${error}\`${detail === undefined ? '' : `, \`${detail.name}\` \`${detail.value}\``} | ${isCounted ? 'yes' : 'no'} |`,
  ),
  '',
  'Nobody is let in by any of them. A failure opens a case; only a right code, a granted approval or a good passkey ends it well.',
  '',
].join('\n')

writeFileSync(new URL('../../docs/failures.md', import.meta.url), page)
