import { counted } from '../policy/duration-words.ts'
import { getReason, whyNotConfirmed } from './ask-grounds.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { labelled, under } from './case-facts.ts'
import { decisionText } from './case-text.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'

export type ReviewEvidenceOptions = OperationsOptions & {
  accept?: boolean
  refuse?: boolean
  reason?: string
  yes?: boolean
}

/** `case review-evidence`: accept or refuse exactly the evidence that is there now, every item of it opened. */
export const createCaseReviewEvidence =
  ({ withOperations, ask, tell, clock }: CaseCommandDeps) =>
  async (id: string, options: ReviewEvidenceOptions): Promise<CommandAnswer> => {
    const { accept, refuse } = options
    if ((accept === true) === (refuse === true)) return verdictMissing
    return withOperations(options, async (operations) => {
      const listed = await operations.listEvidence(id)
      if (listed.outcome !== 'done') return operationsFault(listed, id)
      const shown = await operations.showCase(id)
      if (shown.outcome !== 'done') return operationsFault(shown, id)
      const { items, missing, opened, evidenceDigest } = listed.value
      for (const line of decisionText(shown.value, clock())) tell(line)
      const unopened = items.filter((one) => !opened.includes(one.id))
      if (accept === true && missing.length > 0) {
        return faulty(
          'refused',
          'evidence_missing',
          `Required evidence is missing: ${missing.join(', ')}.`,
          `Have it added: fallback-bridge case evidence add ${id} --item ${missing[0]}`,
        )
      }
      if (accept === true && unopened.length > 0) {
        return faulty(
          'refused',
          'evidence_unopened',
          `You have not opened ${counted(unopened.length, 'item')}: ${unopened.map(({ item }) => item).join(', ')}.`,
          unopened.map((one) => `  fallback-bridge case evidence open ${id} ${one.id}`).join('\n'),
        )
      }
      for (const { item, late } of items) tell(under(`opened: ${item}${late ? ', LATE' : ''}`))
      tell(labelled('Digest', evidenceDigest))
      const reason = await getReason(ask, options.reason)
      if ('answer' in reason) return reason.answer
      const refused = await whyNotConfirmed(ask, accept === true ? 'Accept it?' : 'Refuse it?', options.yes)
      if (refused !== undefined) return refused
      const reviewed = await operations.reviewEvidence(id, {
        verdict: accept === true ? 'accept' : 'refuse',
        version: shown.value.case.version,
        evidenceDigest,
        reason: reason.value,
      })
      return reviewed.outcome === 'done'
        ? done(`${accept === true ? 'Accepted' : 'Refused'}. The case is now ${reviewed.value.state}.`, reviewed.json)
        : operationsFault(reviewed, id)
    })
  }

const verdictMissing = faulty(
  'usage',
  'verdict_missing',
  'Exactly one of --accept and --refuse is needed.',
  'See the evidence first: fallback-bridge case evidence list <case>',
)
