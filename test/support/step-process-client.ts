import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { exportSPKI, type CryptoKey as JoseKey } from 'jose'
import { createSigningRealm, type SigningRealm } from './signing-realm.ts'
import type { StepProcessOptions } from './step-process.ts'

/** Keys of an installation whose bridge runs in a process of its own. */
export type StepProcessKeys = Pick<StepProcessOptions, 'issuer' | 'realmKey' | 'answerKey' | 'dataKey'>

/** A realm, and the keys a bridge needs to serve it. */
export const createStepProcessKeys = async (): Promise<{ realm: SigningRealm; keys: StepProcessKeys }> => {
  const realm = await createSigningRealm('demo')
  const publicKey = await realm.keys({ alg: 'ES256' }, { payload: '', signature: '' })
  return {
    realm,
    keys: {
      issuer: realm.issuer,
      realmKey: await exportSPKI(publicKey as JoseKey),
      answerKey: String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
      dataKey: randomBytes(32).toString('base64'),
    },
  }
}

export type StepProcess = { pid: number; url: string; kill: () => Promise<void> }

/** Starts a bridge in a process of its own and waits until it listens. */
export const startStepProcess = async (options: StepProcessOptions): Promise<StepProcess> => {
  const program = new URL('step-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { pid: child.pid ?? 0, url: `http://127.0.0.1:${Number(line)}/v1/step`, kill: () => kill(child) }
}

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
