import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'

/**
 * Prints the public halves that Keycloak must know: the thumbprint of the answer key, for the step's configuration, and
 * the JWKS of the client key, for the client `fallback-bridge`. Usage: fallback-bridge-keys ANSWER_PEM CLIENT_PEM
 */
const publicJwk = async (path: string): Promise<JWK & { kid: string }> => {
  const jwk = await exportJWK(createPublicKey(readFileSync(path)))
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig' }
}

const [answerPem, clientPem] = process.argv.slice(2)
if (answerPem === undefined || clientPem === undefined) {
  process.stderr.write('Usage: fallback-bridge-keys ANSWER_KEY_PEM CLIENT_KEY_PEM\n')
  process.exit(2)
}
process.stdout.write(`Bridge key thumbprint: ${(await publicJwk(answerPem)).kid}\n`)
process.stdout.write(`Client JWKS: ${JSON.stringify({ keys: [await publicJwk(clientPem)] })}\n`)
