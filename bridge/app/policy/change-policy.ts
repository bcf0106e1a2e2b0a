import { BridgeError } from '../../domain/errors.ts'
import type { Transaction, UnitOfWork } from '../ports.ts'

/** How often a change is tried in all; each time somebody else's change of the same realm got through. */
const mostTries = 10

/**
 * Runs a change of a realm's policy in one transaction, and again where another change of it came first: the work
 * reads what is in force itself, and so answers for what it finds then.
 * @throws BridgeError case_conflict where others came first every time
 */
export const createChangePolicy =
  ({ unitOfWork }: { unitOfWork: UnitOfWork }) =>
  async <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await unitOfWork(work)
      } catch (error) {
        const isBeaten = error instanceof BridgeError && error.code === 'case_conflict'
        if (!isBeaten || tries >= mostTries) throw error
      }
    }
  }
