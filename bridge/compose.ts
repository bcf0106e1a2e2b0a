import { createPublicKey, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { createDescribeBridge } from './app/describe-bridge.ts'
import { createResolveActor } from './app/operations/resolve-actor.ts'
import { createAdoptPolicyFile } from './app/policy/adopt-policy-file.ts'
import { createCheckUpkeep } from './app/policy/check-upkeep.ts'
import { createFindPolicy } from './app/policy/find-policy.ts'
import type { Clock, Log } from './app/ports.ts'
import { composeJobs } from './compose-jobs.ts'
import { composeNotices, noticeChannelsOf } from './compose-notices.ts'
import { composeOperations } from './compose-operations.ts'
import { composeBypasses, composeChanged, composeNeedless, composePatterns } from './compose-recording.ts'
import { composeSteps } from './compose-steps.ts'
import type { Config } from './config.ts'
import { createIds } from './crypto/ids.ts'
import { createSecretBox } from './crypto/secret-box.ts'
import { sha256, sha256OfBytes } from './crypto/sha256.ts'
import { createSignExport } from './crypto/sign-export.ts'
import { createTotp } from './crypto/totp.ts'
import { checkPolicy } from './domain/policy/check-policy.ts'
import { runGoldenTests } from './domain/policy/run-tests.ts'
import { protocolVersion } from './http/contract/step-request.ts'
import { type Listener, listen } from './http/listen.ts'
import { createManagementServer } from './http/management.ts'
import { createOperationsServer } from './http/operations/operations-server.ts'
import { createSignAnswer } from './http/sign-answer.ts'
import { createStepServer } from './http/step-server.ts'
import { createVerifyRequest } from './http/verify-request.ts'
import { createCheckRealms } from './jobs/check-realms.ts'
import { createSweepRows } from './jobs/sweep-rows.ts'
import { systemTimer } from './jobs/timer.ts'
import {
  bypassesEveryMs,
  createWatchRealms,
  passkeyLoginsEveryMs,
  patternsEveryMs,
  subjectsEveryMs,
} from './jobs/watch-realms.ts'
import { createKeycloak } from './keycloak/create-keycloak.ts'
import { createRealmKeys } from './keycloak/realm-keys.ts'
import { issuerOf } from './keycloak/realm-urls.ts'
import { createVerifyOperationsToken } from './keycloak/verify-operations-token.ts'
import { deriveFacts, outsideHoursOf } from './policy/derive-facts.ts'
import { readCheckedPolicy } from './policy/read-policy.ts'
import { openDatabase } from './store/open-database.ts'
import { readDurability } from './store/read-durability.ts'
import { createUnitOfWork } from './store/unit-of-work.ts'
import { createMetrics } from './telemetry/metrics.ts'
import { version } from './version.ts'

/** `policyFile` is the text of the file that the settings name, read and checked. */
export type BridgeParts = { config: Config; policyFile: string | undefined; log: Log; clock: Clock }

/** A bridge that takes steps and people's calls. `stop` resolves when what ran has ended, listeners and database are closed. */
export type RunningBridge = {
  step: Listener
  management: Listener
  operations: Listener
  stop: () => Promise<void>
}

/** An attachment may come over a slow line; nobody who logs in waits for it. */
const uploadMs = 30_000

/**
 * Wires every part of the bridge and starts it. Top to bottom is the order of dependence; nothing else knows all parts.
 * @throws Error with a sentence, where the database or a port cannot be had
 */
export const startBridge = async ({ config, policyFile, log, clock }: BridgeParts): Promise<RunningBridge> => {
  let isDraining = false
  const ids = createIds(clock)
  const database = await openDatabase(config.databaseUrl.reveal(), { clock, sha256, log })
  const unitOfWork = createUnitOfWork(database, { sha256 })
  await adoptPolicyFile()
  const { identityAttribute, managerAttribute } = config
  const keycloak = createKeycloak({ ...config.keycloak, identityAttribute, managerAttribute, clock })
  const { people } = keycloak

  const realms = config.keycloak.realms.map((name) => ({ name, issuer: issuerOf(config.keycloak.issuerBase, name) }))
  const findPolicy = createFindPolicy({ readPolicy: readCheckedPolicy, sha256, log })
  const realmWatch = createCheckRealms({
    keycloak,
    checkUpkeep: createCheckUpkeep({
      unitOfWork,
      clock,
      findPolicy,
      keycloak,
      people,
      knowsManagers: managerAttribute !== undefined,
      everyMs: config.realmCheckSeconds * 1000,
      fileDigest: policyFile === undefined ? undefined : sha256(policyFile),
    }),
    realms: realms.map(({ name, issuer }) => ({ name, expected: { protocol: protocolVersion, version, issuer } })),
    clock,
    timer: systemTimer,
    log,
    everyMs: config.realmCheckSeconds * 1000,
  })
  const metrics = createMetrics({
    clock,
    outboxSummary: () => unitOfWork((tx) => tx.outbox.summary()),
    realmWatch,
  })

  const recording = {
    clock,
    ids,
    sha256,
    secretBox: createSecretBox(config.dataKeys.reveal()),
    noticeChannels: noticeChannelsOf(config),
    noticeDigestMs: config.noticeDigestSeconds * 1000,
  }
  const jobs = composeJobs({
    ...recording,
    unitOfWork,
    keycloak,
    people,
    notices: composeNotices(config, { clock, log }),
    timer: systemTimer,
    random: Math.random,
    log,
    metrics,
    owner: randomUUID(),
    readBackDelayMs: config.readBackDelaySeconds * 1000,
  })
  const sweep = createSweepRows({ unitOfWork, clock, timer: systemTimer, log })
  const watched = { realms: config.keycloak.realms, timer: systemTimer, log }
  const looks = { ...recording, unitOfWork, log, findPolicy }
  const isStopping = () => isDraining
  const watchBypasses = createWatchRealms({
    ...watched,
    look: composeBypasses({ ...looks, readAdminActs: keycloak.readAdminActs }),
    everyMs: bypassesEveryMs,
    trouble: 'admin events could not be looked at',
  })
  const watchPasskeyLogins = createWatchRealms({
    ...watched,
    look: composeNeedless({ ...looks, isStopping, hasPasskeyLogin: keycloak.hasPasskeyLogin }),
    everyMs: passkeyLoginsEveryMs,
    trouble: 'logins could not be looked at',
  })
  const watchSubjects = createWatchRealms({
    ...watched,
    look: composeChanged({ ...looks, isStopping, people }),
    everyMs: subjectsEveryMs,
    trouble: 'subjects could not be looked at',
  })
  const watchPatterns = createWatchRealms({
    ...watched,
    look: composePatterns(looks),
    everyMs: patternsEveryMs,
    trouble: 'failures could not be looked at',
  })

  const servedRealms = realms.map((realm) => ({ ...realm, keys: createRealmKeys(config.keycloak.url, realm.name) }))
  const answerKey = config.answerKey.reveal()
  const answerJwk = await exportJWK(createPublicKey(answerKey))
  const { credential } = config.keycloak
  const stepServer = createStepServer({
    verifyRequest: createVerifyRequest({
      realms: servedRealms,
      bridgeId: config.bridgeId,
      clock,
      skewSeconds: config.requestClockSkewSeconds,
    }),
    answerStep: composeSteps({
      ...recording,
      unitOfWork,
      people,
      findPolicy,
      deriveFacts,
      totp: createTotp(),
      wakeJobs: jobs.wake,
    }),
    signAnswer: createSignAnswer({
      key: answerKey,
      publicJwk: answerJwk,
      bridgeId: config.bridgeId,
      version,
      clock,
    }),
    log,
    metrics,
    clock,
    isDraining: isStopping,
  })
  const { clients, acr, maxAgeSeconds } = config.operations
  const demand = { maxAgeMs: maxAgeSeconds * 1000, acceptedAcr: acr }
  const operationsServer = createOperationsServer({
    operations: composeOperations({
      ...recording,
      unitOfWork,
      people,
      findPolicy,
      outsideHoursOf,
      sha256OfBytes,
      log,
      signExport: createSignExport({ key: answerKey, publicJwk: answerJwk }),
      bridgeId: config.bridgeId,
      version,
      wakeJobs: jobs.wake,
    }),
    verifyToken: createVerifyOperationsToken({ realms: servedRealms, bridgeId: config.bridgeId, clients, clock }),
    resolveActor: createResolveActor({ people, unitOfWork, clock, demand }),
    demand,
    clock,
    log,
    metrics,
    isDraining: isStopping,
  })
  const managementServer = createManagementServer({
    isDraining: isStopping,
    // Owners of the policy are known from then on.
    isStarted: () => [...realmWatch.current().values()].every(({ state }) => state !== 'unknown'),
    // A request id that nobody sends: a true write, swept with the others.
    probeDatabase: () =>
      unitOfWork(async (tx) => {
        for (const { name } of realms.slice(0, 1)) await tx.requests.claim(name, `probe:${randomUUID()}`, clock())
      }),
    renderMetrics: metrics.render,
    realmWatch,
    describeBridge: createDescribeBridge({
      version,
      protocol: protocolVersion,
      bridgeId: config.bridgeId,
      answerKey: await calculateJwkThumbprint(answerJwk),
      clientKey:
        'key' in credential
          ? await calculateJwkThumbprint(await exportJWK(createPublicKey(credential.key.reveal())))
          : null,
      readDurability: () => readDurability(database),
      realmWatch,
      unitOfWork,
      findPolicy,
      clock,
    }),
    log,
  })

  const tls = config.tls === undefined ? undefined : { cert: config.tls.cert, key: config.tls.key.reveal() }
  const management = await listen(managementServer, { ...config.management, tls })
  const { host, port } = config.operations
  const operations = await listen(operationsServer, { host, port, tls, requestMs: uploadMs })
  const step = await listen(stepServer, { ...config.listen, tls })
  const behind = [realmWatch, jobs, sweep, watchBypasses, watchPasskeyLogins, watchSubjects, watchPatterns]
  for (const one of behind) one.start()
  log.info('the bridge takes steps', { port: step.port, version })

  /** The file is the first policy of each realm that never had one. */
  async function adoptPolicyFile(): Promise<void> {
    if (policyFile === undefined) return
    const adopt = createAdoptPolicyFile({
      unitOfWork,
      clock,
      sha256,
      readPolicy: readCheckedPolicy,
      checkPolicy,
      runGoldenTests,
    })
    const adopted = await adopt(policyFile, config.keycloak.realms)
    if (adopted.outcome === 'refused') {
      await database.close()
      throw new Error('FALLBACK_BRIDGE_POLICY_FILE names a policy that may not be used; `policy check` tells why.')
    }
    for (const { realm, outcome } of adopted.adoptions) {
      if (outcome === 'adopted')
        log.info('the policy file is the realm’s first policy', { realm, version: adopted.digest })
    }
  }

  return {
    step,
    management,
    operations,
    stop: async () => {
      isDraining = true
      await Promise.all([step.close(), operations.close()])
      await Promise.all(behind.map((one) => one.stop()))
      await management.close()
      await database.close()
    },
  }
}
