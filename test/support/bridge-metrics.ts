import type { RunningBridge } from '../../keycloak-config/demo/start-bridge.ts'

/** One line of a bridge's metrics. */
export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number }

/** Reads all metrics of a bridge. */
export const readMetrics = async ({ managementUrl }: RunningBridge): Promise<readonly Sample[]> => {
  const text = await (await fetch(`${managementUrl}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sampleOf)
}

/** How many steps of this action the bridge has answered since it was started. */
export const stepsAnswered = async (bridge: RunningBridge, action: string): Promise<number> =>
  (await readMetrics(bridge))
    .filter(({ name, labels }) => name === 'fallback_bridge_steps_total' && labels['action'] === action)
    .reduce((sum, { value }) => sum + value, 0)

const sampleOf = (line: string): Sample => {
  const [, name = '', labels = '', value = ''] = /^([A-Za-z0-9_:]+)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
  const pairs = [...labels.matchAll(/([A-Za-z0-9_]+)="((?:[^"\\]|\\.)*)"/g)]
  return { name, labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])), value: Number(value) }
}
