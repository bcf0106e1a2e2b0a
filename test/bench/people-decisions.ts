import { composePatterns } from '../../bridge/compose-recording.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { Profile } from '../../bridge/domain/policy/policy.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { withPolicy } from '../support/builders.ts'
import { createPeopleBridge } from '../support/people-installation.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { recordingPorts } from '../support/recording-ports.ts'
import { openTestStore } from '../support/test-store.ts'
import { type Percentiles, percentilesOf } from './percentiles.ts'

/** What people cost beside the code: use cases and durable transactions on SQLite, one at a time, without HTTP and Keycloak. */
export type PeopleFigures = {
  cases: number
  /** A whole case, in milliseconds: begin and submit; and begin, approve, poll and submit. */
  withoutPeople: Percentiles
  withPeople: Percentiles
  ratio: number
  approve: Percentiles
  /** A look for patterns, in milliseconds, over so many failures of a week. */
  failures: number
  look: Percentiles
}

const demo: RealmName = asId('demo')
const selfService: Partial<Profile> = { minimumBand: 'self-service' }

/** Measures both kinds of case in turns, so that what else happens on the machine happens to both. */
export const measurePeople = async ({
  cases,
  failures,
  tell,
}: {
  cases: number
  failures: number
  tell: (line: string) => void
}): Promise<PeopleFigures> => {
  const store = await openTestStore('sqlite')
  const bridge = createPeopleBridge({ replicas: [store] })
  const alone: number[] = []
  const asked: number[] = []
  const approve: number[] = []
  const timed = async (times: number[], work: () => Promise<unknown>): Promise<void> => {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }

  tell(`${cases} cases without people and ${cases} with …`)
  for (let number = 0; number < cases; number += 1) {
    const login = await bridge.subject(`alone-${number}`)
    bridge.current.policy = peoplePolicy(selfService)
    await timed(alone, async () => {
      await bridge.begin(login)
      const { kind } = await bridge.submit(login)
      if (kind !== 'granted') throw new Error(`not let in: ${kind}`)
    })
    const waiting = await bridge.subject(`asked-${number}`)
    // Nobody decides more than twenty times in an hour.
    const lead = bridge.person(`lead-${Math.floor(number / 20)}`).name
    bridge.current.policy = peoplePolicy({})
    await timed(asked, async () => {
      const id = await bridge.ask(waiting)
      await timed(approve, () => bridge.approve(id, lead))
      await bridge.poll(waiting)
      const { kind } = await bridge.submit(waiting)
      if (kind !== 'granted') throw new Error(`not let in: ${kind}`)
    })
  }

  tell(`looking for patterns in ${failures} failures …`)
  const now = bridge.clock()
  await store.unitOfWork(async (tx) => {
    for (let number = 0; number < failures; number += 1) {
      await tx.failures.record(
        {
          realm: demo,
          user: asId(`failing-${number % Math.ceil(failures / 4)}`),
          session: `session-${number}`,
          failedAt: now - number,
          seenAt: now - number * 1_000,
          class: 'cancelled_or_timed_out',
          places: {
            time_band: `${String((number % 6) * 4).padStart(2, '0')}:00`,
            site: `site-${number % 50}`,
            device_model: `model-${number % 400}`,
            software_version: `Browser ${number % 30}`,
          },
        },
        1_000,
      )
    }
  })
  const look: number[] = []
  const find = composePatterns({
    ...recordingPorts(() => now),
    unitOfWork: store.unitOfWork,
    log: createRecordingLog(),
    findPolicy: withPolicy(peoplePolicy({})),
  })
  await find(demo)
  for (let turn = 0; turn < 20; turn += 1) await timed(look, () => find(demo))
  await store.close()
  const sum = (times: readonly number[]): number => times.reduce((total, one) => total + one, 0)
  return {
    cases,
    withoutPeople: percentilesOf(alone),
    withPeople: percentilesOf(asked),
    ratio: Math.round((sum(asked) / sum(alone)) * 100) / 100,
    approve: percentilesOf(approve),
    failures,
    look: percentilesOf(look),
  }
}
