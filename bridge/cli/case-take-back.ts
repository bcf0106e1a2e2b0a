import { getReason, whyNotConfirmed } from './ask-grounds.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'

/** `case revoke` and `case dispute`: take back whatever a case gave. */
export const createCaseTakeBack = ({ withOperations, ask }: CaseCommandDeps) => ({
  /** By whoever holds the act, or by the person themselves. It only takes away, so nothing is asked twice. */
  revoke: async (id: string, options: OperationsOptions & { reason?: string }): Promise<CommandAnswer> => {
    const reason = await getReason(ask, options.reason)
    if ('answer' in reason) return reason.answer
    return withOperations(options, async (operations) => {
      const revoked = await operations.revoke(id, reason.value)
      return revoked.outcome === 'done'
        ? done(`Revoked. The case is now ${revoked.value.state}; a session that it gave is ended.`, revoked.json)
        : operationsFault(revoked, id)
    })
  },

  /** "This was not me", from an own sign-in. */
  dispute: (id: string, options: OperationsOptions & { yes?: boolean }): Promise<CommandAnswer> =>
    withOperations(options, async (operations) => {
      const question = 'Was this login not yours? The session is ended, and this way in is closed to you too.'
      const refused = await whyNotConfirmed(ask, question, options.yes)
      if (refused !== undefined) return refused
      const disputed = await operations.dispute(id)
      return disputed.outcome === 'done'
        ? done(
            `Noted, and the security team is told. The case is now ${disputed.value.state}. Set this way in up anew before you use it again.`,
            disputed.json,
          )
        : operationsFault(disputed, id)
    }),
})
