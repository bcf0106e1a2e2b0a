import type { SeenBridge } from './examine-bridge.ts'
import type { Ailment } from './examine-realm.ts'

/** What was seen from the machine on which the command runs. */
export type Seen = {
  keycloakAheadMs: number | undefined
  bridgeAheadMs: number | undefined
  readiness: readonly { name: string; state: string; text: string }[] | 'unreachable' | undefined
  bridgeAnswers: boolean | undefined
  /** What the bridge says of itself; undefined where it was not asked, or is of a release that does not tell. */
  bridge: SeenBridge | undefined
}

/** Above the second that an HTTP date is rounded by; signed steps live 60 seconds, of which skew takes its part. */
const noticedMs = 3_000
const harmfulMs = 15_000

/** Clocks, ports, and what the bridge itself says of the realm. */
export const examineSurroundings = (seen: Seen, realm: string): readonly Ailment[] => [
  ...clock('Keycloak', seen.keycloakAheadMs),
  ...clock('The bridge', seen.bridgeAheadMs),
  ...ports(seen),
  ...(typeof seen.readiness === 'object' ? readiness(seen.readiness, realm, seen.bridge !== undefined) : []),
  ...(typeof seen.readiness === 'object' && seen.bridge === undefined
    ? [
        {
          severity: 'warn',
          code: 'bridge_silent',
          text: 'The bridge does not say how it is set up: it is of an earlier release.',
          mend: 'Update it to the release of this command.',
        } as const,
      ]
    : []),
]

const clock = (whose: string, aheadMs: number | undefined): readonly Ailment[] => {
  const off = Math.abs(aheadMs ?? 0)
  if (off < noticedMs) return []
  return [
    {
      severity: off >= harmfulMs ? 'bad' : 'warn',
      code: 'clock_skew',
      text: `${whose} and this machine differ by ${Math.round(off / 1000)} seconds.`,
      mend: 'Set both by the same time service.',
    },
  ]
}

const ports = ({ readiness: told, bridgeAnswers }: Seen): readonly Ailment[] => [
  ...(told === 'unreachable'
    ? [
        {
          severity: 'bad',
          code: 'bridge_unreachable',
          text: 'The management port of the bridge does not answer.',
          mend: 'Look whether the bridge runs, and at --management-url.',
        } as const,
      ]
    : []),
  ...(bridgeAnswers === false
    ? [
        {
          severity: 'warn',
          code: 'step_port_unreachable',
          text: 'Nothing answers from here at the bridge’s address as Keycloak has it.',
          mend: 'Look whether Keycloak itself reaches it; the address may be good from there alone.',
        } as const,
      ]
    : []),
]

const readiness = (
  checks: readonly { name: string; state: string; text: string }[],
  realm: string,
  tellsFindings: boolean,
): readonly Ailment[] => {
  const mine = checks.filter(({ name }) => !name.startsWith('realm ') || name === `realm ${realm}`)
  const isServed = checks.some(({ name }) => name === `realm ${realm}`)
  return [
    ...mine
      .filter(({ state }) => state !== 'ok' && state !== 'ready')
      // Each of them comes by itself, with how to mend it.
      .filter(({ state }) => !(tellsFindings && (state === 'warned' || state === 'refused')))
      .map(
        ({ name, state, text }): Ailment => ({
          severity: state === 'warned' || state === 'unknown' ? 'warn' : 'bad',
          code: `bridge_${state}`,
          text: `The bridge says of ${name}: ${text}`,
          mend: 'See docs/operations.md.',
        }),
      ),
    ...(isServed
      ? []
      : [
          {
            severity: 'bad',
            code: 'realm_not_served',
            text: `The bridge does not serve ${realm}.`,
            mend: 'Name it in FALLBACK_BRIDGE_REALMS.',
          } as const,
        ]),
  ]
}
