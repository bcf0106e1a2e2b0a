import { causeOf } from '../../domain/cause-of.ts'
import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Clock } from '../ports.ts'
import type { Finding } from '../realm-watch.ts'

/** For how many looks at a realm an answer is good: people change more slowly than settings, and groups can be large. */
const goodForLooks = 5

export type KnowDecidersDeps = {
  checkDeciders: (realm: RealmName, policy: Policy) => Promise<readonly Finding[]>
  clock: Clock
  /** Milliseconds between two looks at a realm. */
  everyMs: number
}

/**
 * What was last found of who could decide. It is asked anew under another policy and, under the same one, every few looks. An
 * answer that cannot be had is a finding by itself and hides no other; it is asked for again after one look's time, however
 * soon the next look comes.
 */
export const createKnowDeciders = ({ checkDeciders, clock, everyMs }: KnowDecidersDeps) => {
  const known = new Map<RealmName, { digest: string; findings: readonly Finding[]; until: Instant }>()

  return async (realm: RealmName, policy: Policy): Promise<readonly Finding[]> => {
    const last = known.get(realm)
    const now = clock()
    if (last?.digest === policy.digest && now < last.until) return last.findings
    const { findings, looks } = await ask(realm, policy)
    known.set(realm, { digest: policy.digest, findings, until: now + looks * everyMs })
    return findings
  }

  async function ask(realm: RealmName, policy: Policy): Promise<{ findings: readonly Finding[]; looks: number }> {
    try {
      return { findings: await checkDeciders(realm, policy), looks: goodForLooks }
    } catch (error) {
      const text = `Keycloak did not say who could decide (${causeOf(error)}).`
      return { findings: [{ severity: 'warn', code: 'approvers_unknown', text }], looks: 1 }
    }
  }
}
