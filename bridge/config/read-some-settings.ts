import { dangers } from './dangers.ts'
import { type ReadFile, readFileFromDisk } from './secret-file.ts'
import { type Environment, settingText } from './setting-text.ts'
import { prefix, type SettingName, type SettingValues, settings } from './settings.ts'
import { unknownNames } from './unknown-names.ts'

/**
 * Reads the named settings alone, for a command that needs no more of them: with the same parsing, secrets also from
 * their files, and the same refusals. Gives them all, or every problem at once; a sentence quotes no value.
 */
export const readSomeSettings = <Name extends SettingName>(
  names: readonly Name[],
  environment: Environment,
  readFile: ReadFile = readFileFromDisk,
): { values: Pick<SettingValues, Name> } | { problems: readonly string[] } => {
  const values: Record<string, unknown> = {}
  const problems = [...unknownNames(environment)]
  for (const name of names) {
    const found = settingText(name, environment, readFile)
    if ('problem' in found) {
      problems.push(found.problem)
      continue
    }
    const parsed = settings[name].schema.safeParse(found.text)
    if (parsed.success) values[name] = parsed.data
    else problems.push(`${prefix}${name} ${parsed.error.issues[0]?.message ?? 'cannot be read'}.`)
  }
  problems.push(...dangers(values as Partial<SettingValues>, environment))
  return problems.length === 0 ? { values: values as Pick<SettingValues, Name> } : { problems }
}
