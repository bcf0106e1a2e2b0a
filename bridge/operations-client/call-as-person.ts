import type { Challenge } from './challenge.ts'
import type { OperationsCall, SendToOperations, Sent } from './send-to-operations.ts'

/** Why somebody has to sign in anew, in the middle of a command. */
export type Again = { why: 'token_refused' } | { why: 'step_up_needed'; challenge: Challenge }

/** Where the access token of the one who acts comes from. `Refused` says why there is none. */
export type PersonTokens<Refused> = {
  first: () => Promise<{ token: string } | { refused: Refused }>
  /** Another one than the last, by a sign-in; `cannot` where this token was given and nobody can be asked. */
  again: (reason: Again) => Promise<{ token: string } | { refused: Refused } | 'cannot'>
}

export type Called<Value, Refused> = Sent<Value> | { outcome: 'not_signed_in'; refused: Refused }

export type CallAsPerson<Refused> = <Value>(call: OperationsCall<Value>) => Promise<Called<Value, Refused>>

/**
 * Makes calls with the token of a person, who signs in when the first one is made. A token that is too old, too weak or
 * not taken leads to a new sign-in, once in a command; nothing was changed by then, so the same call is made again.
 */
export const createCallAsPerson = <Refused>(
  send: SendToOperations,
  tokens: PersonTokens<Refused>,
): CallAsPerson<Refused> => {
  let token: string | undefined
  let wasAsked = false

  return async (call) => {
    if (token === undefined) {
      const got = await tokens.first()
      if ('refused' in got) return { outcome: 'not_signed_in', refused: got.refused }
      token = got.token
    }
    const sent = await send(call, token)
    const reason = reasonOf(sent)
    if (reason === undefined || wasAsked) return sent
    const renewed = await tokens.again(reason)
    if (renewed === 'cannot') return sent
    wasAsked = true
    if ('refused' in renewed) return { outcome: 'not_signed_in', refused: renewed.refused }
    token = renewed.token
    return send(call, token)
  }
}

const reasonOf = <Value>(sent: Sent<Value>): Again | undefined => {
  if (sent.outcome === 'step_up_needed') return { why: 'step_up_needed', challenge: sent.challenge }
  return sent.outcome === 'token_refused' ? { why: 'token_refused' } : undefined
}
