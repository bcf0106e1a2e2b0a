import { readFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { OutboxState } from '../../bridge/app/ports.ts'
import { openExport } from '../../bridge/crypto/open-export.ts'
import type { CaseExport } from '../../bridge/domain/export/case-export.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { readExport } from '../../bridge/operations-client/read-export.ts'
import { readCheckedPolicy } from '../../bridge/policy/read-policy.ts'
import { ada, because, createPeopleBridge, type PeopleBridge } from './people-bridge.ts'
import { analysts, authorityOfActs, leads, watch } from './people-policy.ts'
import { codeAt, wrongCode } from './step-bridge.ts'
import type { TestStore } from './test-store.ts'

/** The demo's policy as a text, with everything that people can be asked for in its everyday profile. */
const policyText = (): string => {
  const document = parse(readFileSync(new URL('../../keycloak-config/demo/policy.yaml', import.meta.url), 'utf8'))
  Object.assign(document.profiles.standard, {
    minimumBand: 'review',
    approvals: [leads, analysts].map((group) => ({ group, count: 1 })),
    evidence: 'incident',
    verbal: { withinSeconds: 900 },
    ratification: { group: watch, withinSeconds: 1_800 },
  })
  document.evidence.incident = [
    { id: 'what-happened', kind: 'text', required: true, why: 'So that it can be followed.' },
  ]
  document.authority = authorityOfActs()
  return stringify(document)
}

/** A bridge whose policy is stored as a text, so that its decisions can be repeated. */
export const createExportingBridge = async (store: TestStore): Promise<PeopleBridge> => {
  const text = policyText()
  const policy = readCheckedPolicy(text)
  if (policy === undefined) throw new Error('the policy of this test cannot be read')
  const bridge = await createPeopleBridge({ store, policy, noticeChannels: ['mail'] })
  const { name, revision, digest } = policy
  const version = {
    realm: bridge.realm.name,
    digest,
    name,
    revision,
    engine: 1,
    text,
    addedAt: 1,
    addedBy: 'x',
  } as const
  await store.unitOfWork((tx) => tx.policies.addVersion(version))
  return bridge
}

/** The same answer from everybody who is asked, or the test fails. */
const must = async (coming: Promise<{ status: number; code: string }>): Promise<void> => {
  const { status, code } = await coming
  if (status !== 200) throw new Error(`refused: ${code}`)
}

/**
 * A case by which somebody came in: evidence, an approval, a spoken one, the review of the evidence, a wrong code, the grant
 * and its use. Confirmation and ratification are awaited.
 */
export const enterByCase = async (bridge: PeopleBridge) => {
  const { advance, post, get } = bridge
  const login = await bridge.waiting()
  const { id } = login
  const on = (what: string) => `/v1/cases/${id}/${what}`
  await must(bridge.giveText(id))
  advance(1_000)
  await must(bridge.decide('lead', login))
  advance(1_000)
  const { verdict: _, ...shown } = await bridge.approval(login, { method: 'call_back_on_record' })
  await must(post('agent', on('verbal-approvals'), { ...shown, approver: 'analyst' }))
  const { evidence, case: current } = await bridge.story(id)
  for (const item of evidence.items) await must(get('verifier', on(`evidence/${item.id}`)))
  advance(1_000)
  const { evidenceDigest } = evidence
  const review = { verdict: 'accept', version: current.version, evidenceDigest, reason: because }
  await must(post('verifier', on('evidence-reviews'), review))
  const code = wrongCode(login.secret, bridge.clock())
  const wrong = await bridge.steps.ask({ ...login.login, action: 'submit', input: { code } })
  advance(1_000)
  const rightCode = codeAt(login.secret, bridge.clock())
  const right = await bridge.enterCode(login)
  if (right.answer['kind'] !== 'granted') throw new Error(`not let in: ${JSON.stringify([wrong, right])}`)
  await bridge.use(id)
  return { ...login, codes: [code, rightCode] }
}

/**
 * A case in which everything happens: all of that, confirmation and ratification, a dispute and the review of it. An
 * auditor has opened the evidence too.
 */
export const liveCase = async (bridge: PeopleBridge) => {
  const { advance, post, get } = bridge
  const entered = await enterByCase(bridge)
  const { id } = entered
  const on = (what: string) => `/v1/cases/${id}/${what}`
  for (const item of (await bridge.story(id)).evidence.items) await must(get('auditor', on(`evidence/${item.id}`)))
  await must(post('analyst', on('confirmations'), { verdict: 'confirm', reason: because }))
  await must(post('officer', on('ratifications'), { verdict: 'ratify', reason: because }))
  advance(60_000)
  await must(post(ada, on('disputes')))
  const [due] = (await bridge.story(id)).reviews
  const finding = {
    review: due?.id,
    cause: 'suspected_attack',
    confidence: 'medium',
    action: 'Set the passkey up anew.',
    actionOwner: 'desk',
    actionDue: new Date(bridge.clock() + 86_400_000).toISOString().slice(0, 10),
    note: 'Seen with the person.',
  }
  await must(post('reviewer', on('reviews'), finding))
  return entered
}

/** An override that was declared, and looked at. */
export const declareOverride = async (bridge: PeopleBridge): Promise<string> => {
  const { status, body } = await bridge.post('declarer', '/v1/past-overrides', {
    user: ada,
    client: 'app',
    occurredAt: new Date(bridge.clock() - 3_600_000).toISOString(),
    what: 'The desk reset the passkey by hand.',
    reason: because,
  })
  if (status !== 200) throw new Error('refused')
  return String(body['case'])
}

/** Keycloak's log has every event of a case by now. */
export const settleEvents = (bridge: PeopleBridge, id: string, state: OutboxState = 'confirmed'): Promise<void> =>
  bridge.store.unitOfWork(async (tx) => {
    for (const event of await tx.outbox.ofCase(bridge.realm.name, asId(id))) {
      await tx.outbox.mark(bridge.realm.name, event.id, 'written', bridge.clock())
      await tx.outbox.mark(bridge.realm.name, event.id, state, bridge.clock())
    }
  })

/** The signed export of a case as an auditor gets it. */
export const exportOf = async (bridge: PeopleBridge, id: string): Promise<string> => {
  const { status, code, body } = await bridge.get('auditor', `/v1/cases/${id}/export`)
  if (status !== 200) throw new Error(`refused: ${code}`)
  return String(body['export'])
}

/** What an export says, its signature checked. */
export const toldBy = async (signed: string): Promise<CaseExport> => {
  const opened = await openExport(signed)
  const read = opened.outcome === 'opened' ? readExport(opened.payload) : opened
  if (read.outcome !== 'read') throw new Error(`no export: ${read.because}`)
  return read.told
}

/** The policy of an export, read from its own text. */
export const policyOf = ({ policy }: CaseExport) => (policy === null ? undefined : readCheckedPolicy(policy.text))
