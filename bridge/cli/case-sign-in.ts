import type { KeepSignIn } from '../operations-client/kept-sign-in.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { timeWords } from './time-words.ts'

export type CaseSignInDeps = Pick<CaseCommandDeps, 'withOperations'> & { keep: KeepSignIn }

/** `case sign-in` and `case sign-out`: one sign-in for several commands, no longer than its access token is valid. */
export const createCaseSignIn = ({ withOperations, keep }: CaseSignInDeps) => ({
  signIn: (options: OperationsOptions): Promise<CommandAnswer> =>
    withOperations(
      options,
      async (operations) => {
        // Better to hear now than at the first act that the bridge does not take it.
        const taken = await operations.listCases({ limit: '1' })
        if (taken.outcome !== 'done') {
          keep.remove()
          return operationsFault(taken)
        }
        const kept = keep.read()
        if (kept === undefined) return noFolder
        const { realm, expiresAt } = kept
        return done(
          [
            `Signed in to realm ${realm} until ${timeWords(expiresAt)}.`,
            'Commands until then ask for a sign-in only where an act needs a fresher or stronger one.',
            'End it sooner: fallback-bridge case sign-out',
          ].join('\n'),
          { realm, expiresAt: new Date(expiresAt).toISOString() },
        )
      },
      'keep',
    ),

  signOut: (): CommandAnswer => {
    const was = keep.remove()
    return done(
      was
        ? 'The kept sign-in is deleted. Your session in the browser goes on until you sign out there.'
        : 'No sign-in was kept.',
      { removed: was },
    )
  },
})

const noFolder = faulty(
  'configuration',
  'folder_not_private',
  'There is no folder that only you can read, so the sign-in is not kept.',
  'Set XDG_RUNTIME_DIR to a folder of your own with mode 700, or sign in with each command.',
)
