import { existsSync } from 'node:fs'
import { createActivatePolicy } from './app/policy/activate-policy.ts'
import { comparedMs, mostCompared } from './app/policy/activation.ts'
import { createAddPolicyVersion } from './app/policy/add-policy-version.ts'
import { createDeactivatePolicy } from './app/policy/deactivate-policy.ts'
import { readDecisions } from './app/policy/read-decisions.ts'
import { createReplayCases } from './app/policy/replay-cases.ts'
import type { SecondPersonDeps } from './app/policy/second-person.ts'
import { createSwitchFallback } from './app/policy/switch-fallback.ts'
import { createWithdrawProposal } from './app/policy/withdraw-proposal.ts'
import type { UnitOfWork } from './app/ports.ts'
import { createActAsPerson } from './cli/act-as-person.ts'
import { type CommandAnswer, faulty } from './cli/command-answer.ts'
import { comparisonLines } from './cli/comparison-lines.ts'
import { createFindDocument, createFindStored } from './cli/find-document.ts'
import { createLoadPolicy, type ReadText } from './cli/load-policy.ts'
import { type OnDatabase, onRealm } from './cli/on-database.ts'
import { createPolicyActivate } from './cli/policy-activate.ts'
import { createPolicyAdd } from './cli/policy-add.ts'
import { createPolicyCheck } from './cli/policy-check.ts'
import { createPolicyDeactivate } from './cli/policy-deactivate.ts'
import { createPolicyDiff } from './cli/policy-diff.ts'
import { createPolicyExplain } from './cli/policy-explain.ts'
import type { PolicyCommands } from './cli/policy-group.ts'
import { createPolicyHistory } from './cli/policy-history.ts'
import { createPolicyList } from './cli/policy-list.ts'
import { createPolicyRender } from './cli/policy-render.ts'
import { createPolicyReplay } from './cli/policy-replay.ts'
import { createPolicySwitch } from './cli/policy-switch.ts'
import { createPolicyTest } from './cli/policy-test.ts'
import { createPolicyWithdraw } from './cli/policy-withdraw.ts'
import { signInClient, signInLines } from './cli/sign-in-prompt.ts'
import { credentialOf } from './config/credential-of.ts'
import { readSomeSettings } from './config/read-some-settings.ts'
import type { Environment } from './config/setting-text.ts'
import { sha256 } from './crypto/sha256.ts'
import type { RealmName } from './domain/ids.ts'
import { checkPolicy } from './domain/policy/check-policy.ts'
import { comparePolicies } from './domain/policy/compare-policies.ts'
import type { Facts } from './domain/policy/facts.ts'
import { verifyPolicyChain } from './domain/policy/policy-history.ts'
import { runGoldenTests } from './domain/policy/run-tests.ts'
import { createKeycloak } from './keycloak/create-keycloak.ts'
import type { SignInPrompt } from './keycloak/device-grant.ts'
import { createSignInPerson } from './keycloak/sign-in-person.ts'
import { renderDecisionTable } from './policy/decision-table.ts'
import { deriveFacts } from './policy/derive-facts.ts'
import { readGivenFacts } from './policy/read-given-facts.ts'
import { readCheckedPolicy, readPolicy } from './policy/read-policy.ts'
import { renderPolicy } from './policy/render-policy.ts'
import { openDatabase } from './store/open-database.ts'
import { createUnitOfWork } from './store/unit-of-work.ts'

export type CliParts = {
  environment: Environment
  readText: ReadText
  clock: () => number
  /** Progress and prompts, for people. */
  tell: (line: string) => void
}

const noLog = { info: () => {}, warn: () => {}, error: () => {} }

/** Wires the commands of the command line. Settings are read, and the database opened, by those that need them. */
export const composePolicyCommands = ({ environment, readText, clock, tell }: CliParts): PolicyCommands => {
  const loadPolicy = createLoadPolicy({ readText, readPolicy })
  const onDatabase = createOnDatabase(environment, clock)
  const findDocument = createFindDocument({ readText, loadPolicy, readStored: readCheckedPolicy, onDatabase })
  const findStored = createFindStored({ readText, sha256 })
  const actAsPerson = createActAsPerson({ onDatabase, openSignIn: () => openSignIn(environment, clock, tell) })
  const checks = { readPolicy: readCheckedPolicy, checkPolicy, runGoldenTests }
  const recordedFacts = (realm: string) =>
    onRealm(onDatabase, realm, (unitOfWork, name) => readRecordedFacts(unitOfWork, name, clock() - comparedMs))
  const withClock = (unitOfWork: UnitOfWork) => ({ unitOfWork, clock })

  return {
    check: createPolicyCheck({ loadPolicy, runGoldenTests }),
    test: createPolicyTest({ loadPolicy, runGoldenTests }),
    explain: createPolicyExplain({
      loadPolicy,
      readText,
      readGivenFacts,
      deriveFacts,
      readStored: readCheckedPolicy,
      onDatabase,
    }),
    diff: createPolicyDiff({ findDocument, recordedFacts, comparePolicies, comparisonLines }),
    render: createPolicyRender({ findDocument, render: renderPolicy }),
    table: createPolicyRender({ findDocument, render: renderDecisionTable }),
    add: createPolicyAdd({
      loadPolicy,
      actAsPerson,
      addPolicyVersion: (unitOfWork) =>
        createAddPolicyVersion({ ...withClock(unitOfWork), sha256, readPolicy: readCheckedPolicy }),
    }),
    activate: createPolicyActivate({
      findStored,
      actAsPerson,
      activatePolicy: (unitOfWork) =>
        createActivatePolicy({
          ...withClock(unitOfWork),
          ...checks,
          comparePolicies,
          people: openPeople(environment, clock),
        }),
      comparisonLines,
    }),
    withdraw: createPolicyWithdraw({
      findStored,
      actAsPerson,
      withdrawProposal: (unitOfWork) => createWithdrawProposal(withClock(unitOfWork)),
    }),
    deactivate: createPolicyDeactivate({
      actAsPerson,
      deactivatePolicy: (unitOfWork) => createDeactivatePolicy(withClock(unitOfWork)),
    }),
    switchTo: createPolicySwitch({
      actAsPerson,
      switchFallback: (unitOfWork) => createSwitchFallback(withClock(unitOfWork)),
    }),
    list: createPolicyList({ onDatabase, clock }),
    history: createPolicyHistory({ onDatabase, verifyChain: (entries) => verifyPolicyChain(sha256, entries) }),
    replay: createPolicyReplay({
      onDatabase,
      loadPolicy,
      replayCases: (unitOfWork) =>
        createReplayCases({ unitOfWork, readPolicy: readCheckedPolicy, deriveFacts, sha256 }),
      clock,
      tell,
    }),
  }
}

const readRecordedFacts = async (
  unitOfWork: UnitOfWork,
  realm: RealmName,
  since: number,
): Promise<readonly Facts[]> => {
  const recorded: Facts[] = []
  for await (const page of readDecisions(unitOfWork, realm, since)) {
    recorded.push(...page.map(({ facts }) => facts))
    if (recorded.length >= mostCompared) break
  }
  return recorded.slice(0, mostCompared)
}

const createOnDatabase =
  (environment: Environment, clock: () => number): OnDatabase =>
  async (realm, work) => {
    const read = readSomeSettings(['DATABASE_URL', 'REALMS'], environment)
    if ('problems' in read) return { answer: settingsFault(read.problems) }
    const { DATABASE_URL, REALMS } = read.values
    const realms = realm === undefined ? REALMS : REALMS.filter((name) => name === realm)
    if (realms.length === 0) {
      const sentence = `FALLBACK_BRIDGE_REALMS does not name a realm ${realm}.`
      return { answer: faulty('usage', 'realm_unknown', sentence, `Give --realm with one of: ${REALMS.join(', ')}.`) }
    }
    const url = DATABASE_URL.reveal()
    if (url.startsWith('sqlite:') && !existsSync(url.slice('sqlite:'.length))) return { answer: noFile }
    const database = await openDatabase(url, { clock, sha256, log: noLog, beside: true }).catch((error: unknown) => ({
      error,
    }))
    if ('error' in database) return { answer: databaseFault(database.error) }
    try {
      return { value: await work(createUnitOfWork(database, { sha256 }), realms) }
    } finally {
      await database.close()
    }
  }

const settingsFault = (problems: readonly string[]): CommandAnswer =>
  faulty('configuration', 'settings', problems.join('\n'), 'Set them as for the bridge itself (docs/settings.md).')

const noFile = faulty(
  'configuration',
  'database_missing',
  'FALLBACK_BRIDGE_DATABASE_URL names a file that does not exist.',
  'Name the bridge’s own file; the bridge makes it at its first start.',
)

/** The sentences of opening a database never quote its URL; anything else is told by its class alone. */
const databaseFault = (error: unknown): CommandAnswer => {
  const sentence = error instanceof Error ? error.message : 'The database cannot be opened.'
  if (!/^The(re)? /.test(sentence)) {
    return faulty(
      'temporary',
      'database_unreachable',
      'The database cannot be reached.',
      'Look whether it is up and whether FALLBACK_BRIDGE_DATABASE_URL is right, then run the command again.',
    )
  }
  return faulty('configuration', 'database', sentence, 'Compare FALLBACK_BRIDGE_DATABASE_URL with the bridge’s own.')
}

const openSignIn = (environment: Environment, clock: () => number, tell: (line: string) => void) => {
  const names = ['KEYCLOAK_URL', 'KEYCLOAK_ISSUER_BASE', 'ALLOW_INSECURE_HTTP', 'ID', 'SIGN_IN_ACR'] as const
  const read = readSomeSettings(names, environment)
  if ('problems' in read) return { answer: settingsFault(read.problems) }
  const { KEYCLOAK_URL: url, KEYCLOAK_ISSUER_BASE, ID: bridgeId, SIGN_IN_ACR: acceptedAcr } = read.values
  const issuerBase = KEYCLOAK_ISSUER_BASE ?? url
  const prompt = (shown: SignInPrompt): void => {
    for (const line of signInLines(shown)) tell(line)
  }
  return {
    signInPerson: createSignInPerson({ url, issuerBase, bridgeId, clientId: signInClient, acceptedAcr, clock, prompt }),
  }
}

/** Asks Keycloak about people as the bridge itself; undefined where the bridge's client is not set up for the command. */
const openPeople = (environment: Environment, clock: () => number): SecondPersonDeps['people'] => {
  const names = [
    'KEYCLOAK_URL',
    'KEYCLOAK_ISSUER_BASE',
    'ALLOW_INSECURE_HTTP',
    'REALMS',
    'CLIENT_ID',
    'CLIENT_KEY',
    'CLIENT_SECRET',
    'IDENTITY_ATTRIBUTE',
  ] as const
  const read = readSomeSettings(names, environment)
  if ('problems' in read) return undefined
  const { KEYCLOAK_URL: url, KEYCLOAK_ISSUER_BASE, REALMS, CLIENT_ID, IDENTITY_ATTRIBUTE } = read.values
  return createKeycloak({
    url,
    issuerBase: KEYCLOAK_ISSUER_BASE ?? url,
    realms: REALMS,
    clientId: CLIENT_ID,
    credential: credentialOf(read.values),
    identityAttribute: IDENTITY_ATTRIBUTE,
    clock,
  }).people
}
