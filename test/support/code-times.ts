import { type CodeApp, startOfTimeStep, timeStepAt } from '../../keycloak-config/browser/code-app.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'

/** The code of the time step that lies so many steps after the present one; before it, with a negative number. */
export const codeOf = (app: CodeApp, steps: number): string =>
  app.codeAt(startOfTimeStep(timeStepAt(Date.now()) + steps))

/** Six digits that the app shows in none of the steps around the present one. */
export const wrongCode = (app: CodeApp): string => {
  const near = [-2, -1, 0, 1, 2].map((steps) => codeOf(app, steps))
  const from = Number(near[2])
  const wrong = near.map((_, at) => String((from + at + 1) % 1_000_000).padStart(6, '0'))
  return wrong.find((code) => !near.includes(code)) ?? ''
}

/** Waits until the present time step lasts so long yet, so that what follows falls into it. */
export const untilStepLasts = (ms: number): Promise<unknown> =>
  waitUntil('a time step that lasts long enough', () => startOfTimeStep(timeStepAt(Date.now()) + 1) - Date.now() >= ms)
