import { readdirSync, readFileSync } from 'node:fs'
import { renderDecisionTable } from './decision-table.ts'
import { readPolicy } from './read-policy.ts'

const packs = new URL('./packs/', import.meta.url)

/** The text of docs/policy-decisions.md: what every starter pack decides, taken from the engine itself. */
export const describeDecisions = (): string => `# Decisions of the starter packs

Written by \`npm run docs\` from the packs and the engine; do not edit. For every profile, tier and band: what is decided for
an ordinary login whose score is the one in brackets. [policy.md](policy.md) explains the words.

${readdirSync(packs)
  .toSorted()
  .map((file) => `## ${file.replace(/\.yaml$/, '')}\n\n${tableOf(file)}`)
  .join('\n\n')}
`

const tableOf = (file: string): string => {
  const read = readPolicy(readFileSync(new URL(file, packs), 'utf8'), { file })
  if ('problems' in read) throw new Error(read.problems.map(({ sentence }) => `${file}: ${sentence}`).join(' '))
  return renderDecisionTable(read.policy).trimEnd()
}
