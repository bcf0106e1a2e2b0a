import type { StepAnswer } from '../domain/step-answer.ts'
import { factorPlace } from './factor-place.ts'
import type { Clock, Factor, Ids, SecretBox, Totp, Transaction } from './ports.ts'
import type { CommandOf } from './step-command.ts'

export type EnrolmentDeps = { clock: Clock; ids: Pick<Ids, 'factor'>; totp: Totp; secretBox: SecretBox }

/** Wrong first codes after which a pending factor is dead: the person starts over with a new secret. */
export const mostConfirmAttempts = 10

/** Shows the TOTP secret to enrol: a new one, or the pending one of this login, so that a reload changes nothing. */
export const createBeginEnrolment = (deps: EnrolmentDeps) => {
  const { secretBox, totp } = deps

  return async (tx: Transaction, command: CommandOf<'begin_enrolment'>): Promise<StepAnswer> => {
    const { realm, user, session } = command.binding
    const known = await tx.factors.findPending(realm, user, session)
    const isAlive = known !== undefined && known.confirmAttempts < mostConfirmAttempts
    const pending = isAlive ? known : await create(tx, command)
    const secret = secretBox.open(pending.secret, factorPlace(pending))
    return presentFactor(totp, pending, secret, command)
  }

  async function create(tx: Transaction, { binding }: CommandOf<'begin_enrolment'>): Promise<Factor> {
    const place = { realm: binding.realm, user: binding.user, handle: deps.ids.factor() }
    const fresh: Factor = {
      ...place,
      state: 'pending',
      session: binding.session,
      secret: secretBox.seal(totp.createSecret(), factorPlace(place)),
      lastStep: undefined,
      confirmAttempts: 0,
      createdAt: deps.clock(),
      confirmedAt: undefined,
    }
    await tx.factors.insert(fresh)
    return fresh
  }
}

/** What the enrolment page needs of a pending factor. */
export const presentFactor = (
  totp: Totp,
  factor: Factor,
  secret: string,
  { label, issuer }: { label: string; issuer: string },
): Extract<StepAnswer, { kind: 'enrol' }> => ({
  kind: 'enrol',
  factor: factor.handle,
  secret,
  digits: 6,
  ...totp.present(secret, label, issuer),
})

export type BeginEnrolment = ReturnType<typeof createBeginEnrolment>
