import { type CodeApp, createCodeApp, startOfTimeStep, timeStepAt } from '../../keycloak-config/browser/code-app.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'

const STEP_MS = 30_000
/** Time that a code must still be good for when it is handed out: a slow machine needs some until it is judged. */
const MARGIN_MS = 8_000

/** An authenticator app that remembers which codes were used up. */
export type EnrolledCodes = {
  app: CodeApp
  /** A code that is good now and was not used yet; waits for the next time step if it has to. */
  fresh: () => Promise<string>
}

/** The oldest step whose code is good for a while yet: one step back is tolerated, what lies further back is not. */
const oldestGoodStep = (): number => timeStepAt(Date.now() + MARGIN_MS) - 1

/**
 * Enters the key into an app. `confirmation` is the code that confirms the set-up: the oldest that is good, so that a
 * later one is good soon or now.
 */
export const createEnrolledCodes = (
  key: string,
): { confirmation: string; confirmationStep: number; codes: EnrolledCodes } => {
  const app = createCodeApp(key)
  let usedStep = oldestGoodStep()
  return {
    confirmation: app.codeAt(startOfTimeStep(usedStep)),
    confirmationStep: usedStep,
    codes: {
      app,
      fresh: async () => {
        const step = usedStep + 1
        await waitUntil('the app shows its next code', () => timeStepAt(Date.now()) >= step, { withinMs: 2 * STEP_MS })
        usedStep = Math.max(step, oldestGoodStep())
        return app.codeAt(startOfTimeStep(usedStep))
      },
    },
  }
}
