import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { decodeJwt } from 'jose'
import { type FallbackRealm, type FallbackRealmWishes, openFallbackRealm } from './fallback-realm.ts'
import { type Behaviour, startFaultProxy } from './fault-proxy.ts'
import { type AnswerClaims, answerEnvelope, createAnswerForge } from './forged-answers.ts'
import type { TestKeycloak } from './keycloak.ts'

/** What the stand-in says to a request, by its action. */
export type Script = (action: string, request: Readonly<Record<string, unknown>>) => AnswerClaims

/** A realm whose bridge is a stand-in that holds the pinned key and says what the test tells it to. */
export type ScriptedRealm = {
  realm: FallbackRealm
  /** From now on the bridge says this. */
  say: (script: Script) => void
  /** From now on this becomes of every request instead, as in an outage. */
  behave: (behaviour: Behaviour) => void
  /** Actions that were asked, the oldest first. */
  readonly asked: readonly string[]
  remove: () => Promise<void>
}

/** Opens one. */
export const openScriptedRealm = async (
  keycloak: TestKeycloak,
  wishes: FallbackRealmWishes = {},
): Promise<ScriptedRealm> => {
  const proxy = await startFaultProxy(() => 'http://localhost:1')
  const realm = await openFallbackRealm(keycloak, { ...wishes, bridgeUrl: proxy.url, withoutBridge: true })
  const forge = await createAnswerForge(createPrivateKey(await readFile(realm.keys.answerKeyFile, 'utf8')))
  const asked: string[] = []
  return {
    realm,
    say: (script) =>
      proxy.behave(async ({ request, response }) => {
        const { iss = '', jti = '', ...claims } = decodeJwt(request.body)
        const action = String(claims['action'])
        asked.push(action)
        const now = Math.floor(Date.now() / 1_000)
        const answer = { ...answerEnvelope(realm.bridgeOptions.bridgeId, { iss, jti }, now), ...script(action, claims) }
        response.setHeader('content-type', 'application/jwt').end(await forge.sign(answer))
      }),
    behave: proxy.behave,
    asked,
    remove: async () => {
      await realm.remove()
      await proxy.close()
    },
  }
}
