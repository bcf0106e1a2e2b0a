import { minimumServerVersion } from '../../bridge/domain/server-version.ts'
import { KEYCLOAK_SERVER_VERSION } from '../../keycloak-config/server/keycloak-version.ts'

/** What a run found of one server. */
export type Verdict = {
  version: string
  outcome: 'works' | 'refused' | 'failed'
  passed: number
  failed: number
  problem?: string
}

const words: Readonly<Record<Verdict['outcome'], (verdict: Verdict) => string>> = {
  works: ({ passed }) => `**works**: fallback, ways around it and the realm tool, ${passed} tests passed`,
  refused: ({ passed }) => `**refused**, by jar, bridge and realm tool; nobody is let in, ${passed} tests passed`,
  failed: ({ failed, passed }) => `**does not work**: ${failed} of ${failed + passed} tests failed`,
}

/** The page that a run writes. */
export const compatibilityPage = (verdicts: readonly Verdict[]): string =>
  [
    '# Which Keycloak',
    '',
    `Written by \`npm run compat -- --write --versions ${verdicts.map(({ version }) => version).join(',')}\`, which starts each server`,
    `with the provider jar and runs the tests on it. Every other test of this repository runs on ${KEYCLOAK_SERVER_VERSION}.`,
    '',
    '| Keycloak | what the run found |',
    '|---|---|',
    ...verdicts.map((verdict) => `| ${verdict.version} | ${words[verdict.outcome](verdict)} |`),
    '',
    `Servers before ${minimumServerVersion} carry published ways around authentication (CVE-2026-18963, CVE-2026-16089,`,
    'CVE-2026-90997, CVE-2026-79651, CVE-2026-16103): a fallback on them would guard a door beside an open one. Newer ones are',
    'taken on trust by their number until a run has shown what they do; 26.8 could not be had through Maven when this was written.',
    '',
  ].join('\n')
