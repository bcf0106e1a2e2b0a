import assert from 'node:assert/strict'
import { stepsAnswered } from './bridge-metrics.ts'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'
import type { Tab } from './tab.ts'

/** Fails if what the tab shows is part of the fallback, or the way back to the application. */
export const assertOutside = (tab: Tab, what: string): void => {
  const isRefusal = tab.page.arrivedAt !== undefined && new URL(tab.page.arrivedAt).searchParams.has('error')
  assert.ok(
    isRefusal || !['arrived', 'code', 'choose', 'wait', 'enrol'].includes(tab.stage),
    `${what} led to ${tab.stage}`,
  )
}

/** Steps of cases that the realm's bridge has answered; setting up a factor is none. */
export const countCaseSteps = async ({ bridge }: FallbackRealm): Promise<number> => {
  if (bridge === undefined) throw new Error('The realm has no bridge')
  const actions = ['begin', 'choose', 'submit', 'report', 'cancel']
  const counts = await Promise.all(actions.map((action) => stepsAnswered(bridge, action)))
  return counts.reduce((sum, count) => sum + count)
}

/** Looks at what there is of a user's logins, to be compared later: she shall be nowhere by then that she is not now. */
export const watchLogins = async (realm: FallbackRealm, ...users: readonly Pick<TestUser, 'id'>[]) => {
  const look = async () => ({
    logins: await Promise.all(
      users.map(async ({ id }) => {
        const events = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN'], user: id })
        return events.map(({ time, sessionId }) => `${time} ${sessionId}`)
      }),
    ),
    sessions: await Promise.all(
      users.map(async ({ id }) => {
        const sessions = await realm.admin.users.listSessions({ realm: realm.realm, id })
        return sessions.map((session) => session.id).toSorted()
      }),
    ),
  })
  const before = await look()
  return {
    /** Fails if one of them has logged in, or has a session that was not there before. */
    assertNone: async (): Promise<void> => assert.deepEqual(await look(), before),
  }
}
