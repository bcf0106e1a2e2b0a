import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { type BridgeFigures, measureBridgeCases } from './bridge-cases.ts'
import { type LoginComparison, type LoginFigures, measureLogins } from './keycloak-logins.ts'
import { measurePeople, type PeopleFigures } from './people-decisions.ts'
import { type DecisionFigures, measureDecisions } from './policy-decisions.ts'
import { measureReplay, type ReplayFigures } from './policy-replay.ts'

const usage = `npm run bench -- [--json] [--only bridge|logins|policy|people] [--replayed N] [--cases N] [--approved N] [--failures N] [--stored N,N] [--rounds N] [--per-round N] [--parallel N]

Prints, measured in one run on this machine: whole logins with Keycloak's own OTP beside logins that take the fallback, and
the bridge alone, on an almost empty and on a full database, the policy engine, and what people's decisions cost. A benchmark tells figures; it judges nothing.
`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    cases: { type: 'string', default: '1500' },
    approved: { type: 'string', default: '400' },
    failures: { type: 'string', default: '50000' },
    stored: { type: 'string', default: '1000,200000' },
    rounds: { type: 'string', default: '8' },
    'per-round': { type: 'string', default: '25' },
    parallel: { type: 'string', default: '4' },
    replayed: { type: 'string', default: '100000' },
  },
})

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`)
}
const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const printBridge = (figures: BridgeFigures): void => {
  const { storedCases, casesPerSecond, begin, submit, cpuMsPerCase, rawTransactionsPerSecond, ratioToRaw } = figures
  print(`The bridge alone, ${storedCases} stored cases (begin + submit, each a durable transaction)`)
  print(`  cases a second          ${casesPerSecond}, CPU ${cpuMsPerCase} ms a case`)
  print(`  begin  p50 / p95 / p99  ${begin.p50} / ${begin.p95} / ${begin.p99} ms`)
  print(`  submit p50 / p95 / p99  ${submit.p50} / ${submit.p95} / ${submit.p99} ms`)
  print(
    `  bare durable SQLite     ${rawTransactionsPerSecond} transactions a second; the bridge makes ${ratioToRaw} of that`,
  )
}

const printLogin = (name: string, { loginsPerSecond, login, cpuMsPerLogin }: LoginFigures): void => {
  print(`  ${name}`)
  print(
    `    ${loginsPerSecond} a second, p50 / p95 / p99 ${login.p50} / ${login.p95} / ${login.p99} ms, CPU ${cpuMsPerLogin} ms`,
  )
}

const printLogins = (logins: LoginComparison): void => {
  print(`Logins on the real Keycloak, in turns, ${logins.logins} of each`)
  printLogin('(a) password + Keycloak’s own OTP', logins.passwordAndOwnOtp)
  printLogin('(b) password + failed passkey + fallback code', logins.passwordFailedPasskeyFallbackCode)
  print(`  the detour costs ${logins.ratios.time} times the time and ${logins.ratios.cpu} times the CPU of (a),`)
  print(`  of which the bridge ${logins.passwordFailedPasskeyFallbackCode.bridgeCpuMsPerLogin} ms CPU a login`)
}

const printPolicy = (decisions: DecisionFigures, replay: ReplayFigures): void => {
  const { decision } = decisions
  print(`The policy engine alone, ${decisions.logins} different logins under the standard pack`)
  print(
    `  decisions a second      ${decisions.decisionsPerSecond}, p50 / p95 / p99 ${decision.p50} / ${decision.p95} / ${decision.p99} µs`,
  )
  print(`  two packs compared      ${decisions.comparisonMs} ms`)
  print(
    `  replay of 100,000 cases ${replay.verifySecondsPer100k} s, against a draft ${replay.againstDraftSecondsPer100k} s`,
  )
}

const printPeople = (figures: PeopleFigures): void => {
  const { cases, withoutPeople, withPeople, ratio, approve, failures, look } = figures
  print(`People, use cases and durable transactions alone, ${cases} cases of each kind in turns`)
  print(
    `  begin, submit           p50 / p95 / p99  ${withoutPeople.p50} / ${withoutPeople.p95} / ${withoutPeople.p99} ms`,
  )
  print(`  begin, approve, submit  p50 / p95 / p99  ${withPeople.p50} / ${withPeople.p95} / ${withPeople.p99} ms`)
  print(`  that is ${ratio} times; the approval itself ${approve.p50} / ${approve.p95} / ${approve.p99} ms`)
  print(`  a look for patterns in ${failures} failures: ${look.p50} / ${look.p95} / ${look.p99} ms`)
}

if (values.help) {
  process.stdout.write(usage)
} else {
  const parallel = Number(values.parallel)
  const bridge =
    values.only !== undefined && values.only !== 'bridge'
      ? []
      : await measureBridgeCases({
          cases: Number(values.cases),
          parallel: 2 * parallel,
          stored: values.stored.split(',').map(Number),
          tell,
        })
  const logins =
    values.only !== undefined && values.only !== 'logins'
      ? undefined
      : await measureLogins({
          rounds: Number(values.rounds),
          perRound: Number(values['per-round']),
          parallel,
          tell,
        })
  const people =
    values.only !== undefined && values.only !== 'people'
      ? undefined
      : await measurePeople({ cases: Number(values.approved), failures: Number(values.failures), tell })
  const isPolicyMeasured = values.only === undefined || values.only === 'policy'
  const policy = isPolicyMeasured
    ? { decisions: measureDecisions({ tell }), replay: await measureReplay({ cases: Number(values.replayed), tell }) }
    : undefined
  if (values.json) {
    const machine = { processors: cpus().length, model: cpus()[0]?.model, node: process.version }
    print(JSON.stringify({ machine, bridge, logins, policy, people }, null, 2))
  } else {
    for (const figures of bridge) printBridge(figures)
    if (logins !== undefined) printLogins(logins)
    if (policy !== undefined) printPolicy(policy.decisions, policy.replay)
    if (people !== undefined) printPeople(people)
  }
}
