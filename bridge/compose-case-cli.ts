import { digestOfFacts } from './app/approval/approval-now.ts'
import { createCaseChains } from './cli/case-chains.ts'
import type { WithOperations } from './cli/case-command.ts'
import { createCaseDecide } from './cli/case-decide.ts'
import { createCaseDeclare } from './cli/case-declare.ts'
import { createCaseEvidence } from './cli/case-evidence.ts'
import { createCaseExport } from './cli/case-export.ts'
import { createCaseFailures } from './cli/case-failures.ts'
import type { CaseCommands } from './cli/case-group.ts'
import { createCaseList } from './cli/case-list.ts'
import { createCaseReviewEvidence } from './cli/case-review-evidence.ts'
import { createCaseReviews } from './cli/case-reviews.ts'
import { createCaseSettle } from './cli/case-settle.ts'
import { createCaseShow } from './cli/case-show.ts'
import { createCaseSignIn } from './cli/case-sign-in.ts'
import { createCaseStatistics } from './cli/case-statistics.ts'
import { createCaseTakeBack } from './cli/case-take-back.ts'
import { createCaseVerify } from './cli/case-verify.ts'
import { type CommandAnswer, faulty } from './cli/command-answer.ts'
import { createPersonTokens, type GetToken } from './cli/person-tokens.ts'
import { signInClient, signInLines } from './cli/sign-in-prompt.ts'
import { type OperationsAccess, readOperationsAccess } from './config/operations-access.ts'
import type { Environment } from './config/setting-text.ts'
import { isThere, readBytes, readBytesUpTo, replaceFile, runtimeFolder, writeNewFile } from './config/user-files.ts'
import { openExport } from './crypto/open-export.ts'
import { sha256, sha256OfBytes } from './crypto/sha256.ts'
import { createDeviceGrant, type SignInPrompt } from './keycloak/device-grant.ts'
import { issuerOf } from './keycloak/realm-urls.ts'
import { issuerOfToken } from './keycloak/token-issuer.ts'
import { createCallAsPerson } from './operations-client/call-as-person.ts'
import { createOperations } from './operations-client/create-operations.ts'
import { createKeepSignIn, type KeepSignIn } from './operations-client/kept-sign-in.ts'
import { createSendToOperations } from './operations-client/send-to-operations.ts'
import { readCheckedPolicy } from './policy/read-policy.ts'

export type CaseCliParts = {
  environment: Environment
  clock: () => number
  /** Facts, progress and prompts, for people. */
  tell: (line: string) => void
  /** Asks at a terminal; undefined where nobody is there. */
  ask: (question: string) => Promise<string | undefined>
  /** This user's number; undefined on systems without. */
  userNumber: number | undefined
}

/** An act waits for Keycloak and the database behind the API. */
const timeoutMs = 15_000

/** Wires the `case` commands. Settings are read, and somebody signs in, when a command needs it. */
export const composeCaseCommands = (parts: CaseCliParts): CaseCommands => {
  const { environment, clock, tell, ask, userNumber } = parts
  const keep = createKeepSignIn({ folder: runtimeFolder(environment, userNumber), userNumber, clock })
  const deps = { withOperations: createWithOperations(parts, keep), ask, tell, clock }
  const decide = createCaseDecide({ ...deps, digestOfFacts: (facts) => digestOfFacts(sha256, facts) })
  const evidence = createCaseEvidence({ ...deps, readBytes, writeNewFile, isThere, sha256OfBytes })
  const reviews = createCaseReviews(deps)
  return {
    ...decide,
    ...createCaseSettle(deps),
    ...createCaseTakeBack(deps),
    ...createCaseSignIn({ ...deps, keep }),
    list: createCaseList(deps),
    show: createCaseShow(deps),
    failures: createCaseFailures(deps),
    export: createCaseExport({ ...deps, openExport, isThere, writeNewFile, replaceFile }),
    verify: createCaseVerify({ openExport, readBytesUpTo, sha256, readPolicy: readCheckedPolicy }),
    evidenceList: evidence.list,
    evidenceAdd: evidence.add,
    evidenceOpen: evidence.open,
    reviewEvidence: createCaseReviewEvidence(deps),
    declare: createCaseDeclare(deps),
    reviews: reviews.queue,
    review: reviews.record,
    statistics: createCaseStatistics(deps),
    chains: createCaseChains(deps),
  }
}

const createWithOperations =
  ({ environment, clock, tell }: CaseCliParts, keep: KeepSignIn): WithOperations =>
  async (options, work, isToKeep) => {
    const read = readOperationsAccess(options, environment)
    if ('problems' in read) return settingsFault(read.problems)
    const { url, realm, token, keycloak } = read.access
    const tokens = createPersonTokens({
      url,
      realm,
      given: token?.reveal(),
      isToKeep: isToKeep === 'keep',
      keep,
      getToken: getTokenOf(keycloak, clock, tell),
      issuerOf: (of) => (keycloak === undefined ? undefined : issuerOf(keycloak.issuerBase, of)),
      issuerOfToken,
      tell,
    })
    return work(createOperations(createCallAsPerson(createSendToOperations({ url, timeoutMs }), tokens)))
  }

const getTokenOf = (
  keycloak: OperationsAccess['keycloak'],
  clock: () => number,
  tell: (line: string) => void,
): GetToken | undefined => {
  if (keycloak === undefined) return undefined
  const prompt = (shown: SignInPrompt): void => {
    for (const line of signInLines(shown)) tell(line)
  }
  return createDeviceGrant({ ...keycloak, clientId: signInClient, clock, prompt })
}

const settingsFault = (problems: readonly string[]): CommandAnswer =>
  faulty('configuration', 'settings', problems.join('\n'), 'What each command needs stands in docs/case-commands.md.')
