import { ensureProgram } from './debian-package.ts'
import type { Progress } from './progress.ts'
import { type ProgramResult, runProgram } from './run-program.ts'

/** The JDK's home folder and the path of `mvn`. */
export type BuildTools = {
  javaHome: string
  maven: string
}

/** Finds or installs a JDK and Maven; throws a SetupError that says what to install where that is not possible. */
export const ensureBuildTools = async (progress: Progress): Promise<BuildTools> => ({
  javaHome: await ensureProgram('java', progress),
  maven: await ensureProgram('maven', progress),
})

/** Runs Maven in batch mode and without colours, with this JDK, in this folder. */
export const runMaven = (
  { javaHome, maven }: BuildTools,
  folder: string,
  args: string[],
  onLine?: (line: string) => void,
): Promise<ProgramResult> =>
  runProgram(maven, ['-B', '-ntp', '-Dstyle.color=never', ...args], {
    cwd: folder,
    env: { ...process.env, JAVA_HOME: javaHome },
    ...(onLine === undefined ? {} : { onLine }),
  })
