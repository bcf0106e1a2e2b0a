import type { Person } from '../app/policy/person.ts'
import { type SignInPerson, type SignInRefusal, signInRefusals } from '../app/policy/sign-in-person.ts'
import type { UnitOfWork } from '../app/ports.ts'
import { asId, type RealmName } from '../domain/ids.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'
import { type OnDatabase, onRealm } from './on-database.ts'

export type ActAsPersonDeps = {
  onDatabase: OnDatabase
  /** Made when it is needed: only acts of people need its settings. */
  openSignIn: () => { signInPerson: SignInPerson } | { answer: CommandAnswer }
}

/**
 * An act of a person on a realm: first what can be looked at without anybody (`prepare`), then the sign-in, then the
 * act. The database is closed while the person signs in, and what was prepared is checked again by the act itself. A
 * session that a case has let in changes nothing, whatever its token says (I12).
 */
export type ActAsPerson = <Ready>(
  realm: string,
  prepare: (unitOfWork: UnitOfWork, realm: RealmName) => Promise<{ ready: Ready } | { answer: CommandAnswer }>,
  act: (unitOfWork: UnitOfWork, realm: RealmName, person: Person, ready: Ready) => Promise<CommandAnswer>,
) => Promise<CommandAnswer>

/** Makes the way by which every act of a person goes. */
export const createActAsPerson =
  ({ onDatabase, openSignIn }: ActAsPersonDeps): ActAsPerson =>
  async (named, prepare, act) => {
    const opened = openSignIn()
    if ('answer' in opened) return opened.answer
    const reached = await onRealm(onDatabase, named, async (unitOfWork, realm) => ({
      realm,
      prepared: await prepare(unitOfWork, realm),
    }))
    if ('answer' in reached) return reached.answer
    const { realm, prepared } = reached.value
    if ('answer' in prepared) return prepared.answer
    const signIn = await opened.signInPerson(realm)
    if ('refused' in signIn) return refusedSignIn(signIn.refused)
    const { person, session } = signIn
    const acted = await onRealm(onDatabase, named, async (unitOfWork) =>
      (await unitOfWork((tx) => tx.cases.hasLetIn(realm, asId(person.id), session)))
        ? refusedSignIn('fallback_session')
        : act(unitOfWork, realm, person, prepared.ready),
    )
    return 'answer' in acted ? acted.answer : acted.value
  }

/** Nothing needs to be looked at before the sign-in. */
export const nothingToPrepare = async (): Promise<{ ready: undefined }> => ({ ready: undefined })

/** Why a sign-in is not taken, as a command says it. */
export const refusedSignIn = (refused: SignInRefusal): CommandAnswer => {
  const { text, next } = signInRefusals[refused]
  const exit =
    refused === 'realm_not_there'
      ? 'usage'
      : refused === 'sign_in_not_set_up'
        ? 'configuration'
        : refused === 'sign_in_timed_out'
          ? 'temporary'
          : 'refused'
  return faulty(exit, refused, text, next)
}
