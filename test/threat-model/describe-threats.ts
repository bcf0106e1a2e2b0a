import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Threat, threats } from './threats.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A test that cites ids, by its title. */
export type CitingTest = { file: string; title: string; ids: readonly string[] }

const idPattern = /\b[BKACSDN]\d{2}\b/g
const titlePatterns = [/\btest\(\s*(['`"])((?:\\.|(?!\1)[\s\S])*)\1/g, /@DisplayName\(\s*(")((?:\\.|[^"\\])*)"/g]

/** Every test of this repository whose title cites a row of the threat model. */
export const citingTests = (): readonly CitingTest[] =>
  globSync(['test/**/*.test.ts', 'test/**/both-engines/*.ts', 'keycloak-config/provider/src/test/**/*.java'], {
    cwd: root,
  })
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return titlePatterns.flatMap((pattern) =>
        [...text.matchAll(pattern)].map(([, , title = '']) => ({ file, title, ids: title.match(idPattern) ?? [] })),
      )
    })
    .filter(({ ids }) => ids.length > 0)

const sentenceOf = ({ title }: CitingTest): string =>
  title
    .replace(/^[A-Z0-9 .,-]*?:\s*/, '')
    .replaceAll(/\$\{[^}]*\}/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll(/\\(['"])/g, '$1')

const proofOf = ({ id, open }: Threat, tests: readonly CitingTest[]): string => {
  const proofs = tests
    .filter(({ ids }) => ids.includes(id))
    .map((one) => `${sentenceOf(one)} (\`${one.file.replace(/^.*\/test\/java\/.*\//, 'provider/')}\`)`)
  return [...proofs, ...(open === undefined ? [] : [`**open:** ${open}`])].join('<br>')
}

/** The text of docs/threat-model.md. */
export const describeThreats = (): string => {
  const tests = citingTests()
  const rows = threats.flatMap((group) => group.rows)
  const proved = rows.filter(({ id }) => tests.some(({ ids }) => ids.includes(id))).length
  return `# Threat model

Written by \`npm run docs\` from test/threat-model/threats.ts and from the titles of the tests that cite its rows; do not edit.
${proved} of ${rows.length} rows have a test; what is missing is said with each.

**Who attacks**: somebody with nothing; somebody with the password (the normal attacker here); a proxy between; an insider;
a duped or colluding approver; whoever reads the database. A Keycloak administrator and whoever holds the bridge's host are
out of reach, but for what they leave in the log.

**What always holds** (the invariants tests cite as I1 to I14): a login succeeds only with first factor, recorded failure,
policy and one consumed non-biometric factor, all of this very login; one code gives one success; attempts count before
their result is known; any doubt denies; nothing acknowledged is lost; each override event stands once; no time step is
accepted twice or early; a fallback session ends; no secret is in any output; the fallback is weaker than the passkey.
${threats
  .map(
    ({ group, rows: members }) => `
## ${group}

| | threat | proved by |
|---|---|---|
${members.map((row) => `| ${row.id} | ${row.threat} | ${proofOf(row, tests)} |`).join('\n')}
`,
  )
  .join('')}`
}
