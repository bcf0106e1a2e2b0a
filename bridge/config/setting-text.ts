import type { ReadFile } from './secret-file.ts'
import { prefix, type SettingName, settings } from './settings.ts'

/** Names and texts, as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The text of a setting, absent where nobody gave it; or one sentence on what is wrong. */
export type SettingText = { text: string | undefined } | { problem: string }

/** Finds a setting's text: in the environment, for a secret also in the file named there, else the default. */
export const settingText = (name: SettingName, environment: Environment, readFile: ReadFile): SettingText => {
  const setting = settings[name]
  const fullName = prefix + name
  const direct = environment[fullName]
  const file = setting.isSecret ? environment[`${fullName}_FILE`] : undefined
  if (direct !== undefined && file !== undefined) {
    return { problem: `${fullName} and ${fullName}_FILE are both given; keep one.` }
  }
  if (file !== undefined) return textOfFile(`${fullName}_FILE`, file, readFile)
  if (direct !== undefined && isBlank(direct)) return blank(fullName)
  const text = direct ?? setting.default
  return text === undefined && setting.isRequired ? { problem: `${fullName} is required.` } : { text }
}

const textOfFile = (fullName: string, path: string, readFile: ReadFile): SettingText => {
  if (isBlank(path)) return blank(fullName)
  const file = readFile(path)
  if (file === undefined) return { problem: `${fullName} names a file that cannot be read.` }
  if (file.isOpenToAll) {
    return { problem: `${fullName} names a file that everybody can read or change; set its mode to 600 or 400.` }
  }
  const text = file.text.replace(/\r?\n$/, '')
  return isBlank(text) ? { problem: `${fullName} names an empty file.` } : { text }
}

const isBlank = (text: string): boolean => text.trim() === ''
const blank = (fullName: string): SettingText => ({
  problem: `${fullName} is blank; give it a value or remove it.`,
})
