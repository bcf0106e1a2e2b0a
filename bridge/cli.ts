import { readFileSync } from 'node:fs'
import { caseGroup } from './cli/case-group.ts'
import { policyGroup } from './cli/policy-group.ts'
import { realmGroup } from './cli/realm-group.ts'
import { runProgram } from './cli/run-program.ts'
import { composeCaseCommands } from './compose-case-cli.ts'
import { composePolicyCommands } from './compose-cli.ts'
import { composeRealmCommands } from './compose-realm-cli.ts'
import { askPassword } from './config/ask-password.ts'
import { askPerson } from './config/ask-person.ts'
import { version } from './version.ts'

const standardInput = 0

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file === '-' ? standardInput : file, 'utf8')
  } catch {
    return undefined
  }
}

const parts = {
  environment: process.env,
  readText,
  clock: () => Date.now(),
  tell: (line: string) => process.stderr.write(`${line}\n`),
}
const policyCommands = composePolicyCommands(parts)
const realmCommands = composeRealmCommands({ ...parts, askPassword })
const caseCommands = composeCaseCommands({ ...parts, ask: askPerson, userNumber: process.getuid?.() })

process.exitCode = await runProgram(process.argv.slice(2), {
  version,
  groups: [policyGroup(policyCommands), realmGroup(realmCommands), caseGroup(caseCommands)],
  write: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
})
