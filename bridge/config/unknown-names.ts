import { commandNames } from './command-names.ts'
import { nearestName } from './nearest-name.ts'
import type { Environment } from './setting-text.ts'
import { prefix, settingNames, settings } from './settings.ts'

/** Every name the product reads from the environment, the `_FILE` form of secrets among them. */
export const knownNames: readonly string[] = [
  ...settingNames.flatMap((name) =>
    settings[name].isSecret ? [prefix + name, `${prefix + name}_FILE`] : [prefix + name],
  ),
  ...commandNames,
]

/** One sentence for each name with our prefix that is no setting: a mistyped one would silently do nothing. */
export const unknownNames = (environment: Environment): readonly string[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && environment[name] !== undefined && !knownNames.includes(name))
    .map((name) => {
      const withoutFile = name.replace(/_FILE$/, '')
      const nearest = knownNames.includes(withoutFile) ? withoutFile : nearestName(name, knownNames)
      return nearest === undefined ? `${name} is no setting.` : `${name} is no setting; is ${nearest} meant?`
    })
