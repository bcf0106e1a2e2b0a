import type { WithdrawProposal } from '../app/policy/withdraw-proposal.ts'
import type { UnitOfWork } from '../app/ports.ts'
import type { ActAsPerson } from './act-as-person.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import type { FindStored } from './find-document.ts'

export type PolicyWithdrawDeps = {
  findStored: FindStored
  actAsPerson: ActAsPerson
  withdrawProposal: (unitOfWork: UnitOfWork) => WithdrawProposal
}

/** `policy withdraw <digest|file> --realm r`: takes a proposal back, one's own or another's. */
export const createPolicyWithdraw =
  ({ findStored, actAsPerson, withdrawProposal }: PolicyWithdrawDeps) =>
  async (named: string, { realm }: { realm: string }): Promise<CommandAnswer> =>
    actAsPerson(
      realm,
      async (unitOfWork, of) => {
        const found = await findStored(unitOfWork, of, named)
        return 'answer' in found ? found : { ready: found.version.digest }
      },
      async (unitOfWork, of, person, digest) => {
        const { outcome } = await withdrawProposal(unitOfWork)({ realm: of, digest, person })
        return outcome === 'withdrawn'
          ? done(`The proposal of ${digest} in ${of} is taken back.`, { outcome, realm: of, digest })
          : faulty('refused', 'not_proposed', 'This version is not proposed.', 'Look at `fallback-bridge policy list`.')
      },
    )
