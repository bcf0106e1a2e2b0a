import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import type { SettingsFile } from '../../bridge/config/secret-file.ts'
import { settingNames } from '../../bridge/config/settings.ts'
import { knownNames } from '../../bridge/config/unknown-names.ts'
import { readConfig } from '../../bridge/config.ts'
import { PROVIDER_JAR } from '../../keycloak-config/server/build-provider.ts'
import { selfSigned } from '../support/self-signed.ts'
import { pemOf } from '../support/settings-environment.ts'

const folder = new URL('../../keycloak-config/kubernetes/', import.meta.url)

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
})
const documents = readdirSync(folder).flatMap((file) =>
  parseAllDocuments(readFileSync(new URL(file, folder), 'utf8')).map((document) => {
    assert.deepEqual(document.errors, [], file)
    return { file, document: document.toJS(), ...manifest.parse(document.toJS()) }
  }),
)
const only = (kind: string) => {
  const [one, ...more] = documents.filter((document) => document.kind === kind && document.file !== patchFile)
  assert.ok(one !== undefined && more.length === 0, `one ${kind}`)
  return one.document
}
const patchFile = 'keycloak-provider.yaml'

const labels = z.record(z.string(), z.string())
const containerSecurity = z.object({
  allowPrivilegeEscalation: z.literal(false),
  readOnlyRootFilesystem: z.literal(true),
  capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
})
const probe = z.looseObject({
  httpGet: z.object({ path: z.string(), port: z.literal('management'), scheme: z.literal('HTTPS') }),
})
const container = z.strictObject({
  name: z.literal('bridge'),
  image: z.string(),
  envFrom: z.tuple([z.object({ configMapRef: z.object({ name: z.string() }) })]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
  securityContext: containerSecurity,
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
})
const volume = z.looseObject({
  name: z.string(),
  secret: z.object({ secretName: z.string(), defaultMode: z.literal(0o440) }).optional(),
})
/** Pod Security "restricted", field by field, and what the bridge needs beside it. */
const pod = z.object({
  automountServiceAccountToken: z.literal(false),
  enableServiceLinks: z.literal(false),
  terminationGracePeriodSeconds: z.number(),
  hostNetwork: z.never().optional(),
  hostPID: z.never().optional(),
  hostIPC: z.never().optional(),
  initContainers: z.never().optional(),
  securityContext: z.object({
    runAsNonRoot: z.literal(true),
    runAsUser: z.literal(1000),
    runAsGroup: z.literal(1000),
    fsGroup: z.literal(1000),
    fsGroupChangePolicy: z.string(),
    seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.tuple([container]),
  volumes: z.array(volume),
})
const workload = z.object({
  spec: z.object({
    volumeClaimTemplates: z.unknown().optional(),
    replicas: z.number(),
    selector: z.object({ matchLabels: labels }),
    template: z.object({ metadata: z.object({ labels }), spec: pod }),
  }),
})
const workloads = ['Deployment', 'StatefulSet'].map((kind) => ({ kind, ...workload.parse(only(kind)).spec }))
const settings = z.object({ data: labels }).parse(only('ConfigMap')).data
const network = z
  .object({
    spec: z.object({
      podSelector: z.object({ matchLabels: labels }),
      policyTypes: z.array(z.string()),
      ingress: z.array(
        z.object({ from: z.array(z.unknown()).nonempty(), ports: z.array(z.object({ port: z.number() })) }),
      ),
      egress: z.array(
        z.looseObject({ to: z.array(z.unknown()).nonempty(), ports: z.array(z.looseObject({ port: z.number() })) }),
      ),
    }),
  })
  .parse(only('NetworkPolicy')).spec
const service = z
  .object({
    spec: z.object({
      selector: labels,
      ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
    }),
  })
  .parse(only('Service')).spec

/** Of the steps, of health and metrics, of people's calls. */
const ports = ['PORT', 'MANAGEMENT_PORT', 'OPERATIONS_PORT'].map((name) => Number(settings[`FALLBACK_BRIDGE_${name}`]))

/** Files as a cluster would mount them, with keys made here; each readable by its group alone. */
const mounted = (): ReadonlyMap<string, SettingsFile> => {
  const tls = selfSigned('fallback-bridge.fallback-bridge.svc')
  const texts: Readonly<Record<string, string>> = {
    'keys/answer-key.pem': pemOf(generateKeyPairSync('ed25519').privateKey),
    'keys/client-key.pem': pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    'keys/data-key.base64': randomBytes(32).toString('base64'),
    'keys/database-url': 'postgres://bridge:secret@postgres:5432/bridge?sslmode=verify-full',
    'tls/tls.crt': tls.cert,
    'tls/tls.key': tls.key,
  }
  return new Map(
    Object.entries(texts).map(([name, text]) => [`/etc/fallback-bridge/${name}`, { text, isOpenToAll: false }]),
  )
}

describe('the Kubernetes manifests, which no cluster has run here', () => {
  test('the bridge starts with these settings: each name is one, each value is right, none is a secret or insecure', () => {
    const files = mounted()
    const read = readConfig(settings, (path) => files.get(path))
    assert.deepEqual('problems' in read ? read.problems : [], [])
    for (const name of Object.keys(settings)) assert.ok(knownNames.includes(name), name)
    assert.equal(settings['FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP'], undefined)
  })

  test('each file that the settings name is in a folder that every pod mounts, read-only and, if secret, from a Secret', () => {
    const paths = Object.entries(settings).filter(([name]) => name.endsWith('_FILE'))
    assert.equal(paths.length, 7)
    for (const { kind, template } of workloads) {
      const [{ volumeMounts }] = template.spec.containers
      for (const [name, path] of paths) {
        const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`))
        assert.equal(mount?.readOnly, true, `${kind} ${name}`)
        const from = template.spec.volumes.find((one) => one.name === mount?.name)
        assert.equal(from?.secret === undefined, name === 'FALLBACK_BRIDGE_POLICY_FILE', `${kind} ${name}`)
      }
    }
  })

  test('ports, probes and the service are those of the settings and the code', () => {
    const [steps, management, operations] = ports
    // A listener that is added to the settings has to be added to the manifests.
    assert.equal(settingNames.filter((name) => /(^|_)PORT$/.test(name)).length, ports.length)
    const routes = readFileSync(new URL('../../bridge/http/management.ts', import.meta.url), 'utf8')
    for (const { template } of workloads) {
      const [bridge] = template.spec.containers
      assert.deepEqual(bridge.ports, [
        { name: 'steps', containerPort: steps },
        { name: 'management', containerPort: management },
        { name: 'operations', containerPort: operations },
      ])
      assert.deepEqual(
        [bridge.startupProbe, bridge.livenessProbe, bridge.readinessProbe].map(({ httpGet }) => httpGet.path),
        ['/health/started', '/health/live', '/health/ready'],
      )
      assert.equal(bridge.envFrom[0].configMapRef.name, 'fallback-bridge-settings')
    }
    for (const path of ['/health/started', '/health/live', '/health/ready'])
      assert.ok(routes.includes(`'${path}'`), path)
    assert.deepEqual(service.ports, [
      { name: 'steps', port: steps, targetPort: 'steps' },
      { name: 'operations', port: operations, targetPort: 'operations' },
    ])
  })

  test('a pod gets the time to stop that its settings promise, after the time until nobody calls it', () => {
    const grace = Number(settings['FALLBACK_BRIDGE_SHUTDOWN_GRACE_SECONDS'])
    for (const { template } of workloads) {
      const [{ lifecycle }] = template.spec.containers
      assert.ok(template.spec.terminationGracePeriodSeconds > lifecycle.preStop.sleep.seconds + grace)
    }
  })

  test('the network lets in Keycloak’s pods to the steps, the monitoring to the metrics, the ingress to people’s calls', () => {
    assert.deepEqual(network.policyTypes, ['Ingress', 'Egress'])
    assert.deepEqual(
      network.ingress.map((rule) => rule.ports.map(({ port }) => port)),
      ports.map((port) => [port]),
    )
    const keycloak = URL.parse(settings['FALLBACK_BRIDGE_KEYCLOAK_URL'] ?? '')
    assert.deepEqual(
      network.egress.map((rule) => rule.ports.map(({ port }) => port)),
      [[Number(keycloak?.port)], [5432], [53, 53]],
    )
  })

  test('D12: on PostgreSQL two replicas, of which one always stays; on SQLite one, which is gone before the next begins', () => {
    const [onPostgres, onSqlite] = workloads
    assert.equal(onPostgres?.replicas, 2)
    const budget = z.object({
      spec: z.object({ minAvailable: z.literal(1), selector: z.object({ matchLabels: labels }) }),
    })
    const disruption = budget.parse(only('PodDisruptionBudget')).spec
    assert.equal(onSqlite?.replicas, 1)
    const claims = z.array(
      z.looseObject({ spec: z.looseObject({ accessModes: z.tuple([z.literal('ReadWriteOncePod')]) }) }),
    )
    assert.equal(claims.parse(onSqlite?.volumeClaimTemplates).length, 1)
    const chosen = [disruption.selector.matchLabels, service.selector, network.podSelector.matchLabels]
    for (const { selector, template } of workloads) {
      for (const each of [...chosen, selector.matchLabels]) assert.deepEqual(template.metadata.labels, each)
    }
  })

  test('what belongs together is in one namespace, which enforces Pod Security “restricted”', () => {
    const namespace = z.object({ metadata: z.object({ name: z.string(), labels }) }).parse(only('Namespace')).metadata
    assert.equal(namespace.labels['pod-security.kubernetes.io/enforce'], 'restricted')
    for (const { file, kind, metadata } of documents) {
      if (file !== patchFile && kind !== 'Namespace') assert.equal(metadata.namespace, namespace.name, file)
    }
    assert.equal(documents.filter(({ kind }) => kind === 'Secret').length, 0)
  })

  test('the init container brings the jar to where Keycloak looks for it, with no more rights than the bridge', () => {
    const mount = z.looseObject({ name: z.string(), mountPath: z.string(), subPath: z.string().optional() })
    const patch = z
      .object({
        spec: z.object({
          template: z.object({
            spec: z.object({
              initContainers: z.tuple([
                z.object({ image: z.string(), securityContext: containerSecurity, volumeMounts: z.tuple([mount]) }),
              ]),
              containers: z.tuple([z.object({ volumeMounts: z.tuple([mount]) })]),
            }),
          }),
        }),
      })
      .parse(documents.find(({ file }) => file === patchFile)?.document).spec.template.spec
    const dockerfile = readFileSync(new URL('../../keycloak-config/Dockerfile', import.meta.url), 'utf8')
    const [, from, to] = dockerfile.match(/^CMD \["cp", "(.+)", "(.+)\/"\]$/m) ?? []
    assert.equal(basename(from ?? ''), PROVIDER_JAR)
    assert.equal(patch.initContainers[0].volumeMounts[0].mountPath, to)
    const [seen] = patch.containers[0].volumeMounts
    assert.deepEqual([seen.mountPath, seen.subPath], [`/opt/keycloak/providers/${PROVIDER_JAR}`, PROVIDER_JAR])
  })
})
