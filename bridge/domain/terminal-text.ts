/**
 * Controls, invisible and reordering marks, line ends of every kind, and characters that no font has a picture for: on a
 * terminal they can move the cursor, hide a word or turn one around.
 */
const unshowable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu

const nameOf = (character: string): string =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`

/**
 * A text from outside as one line that a terminal shows as it is: what could play with the terminal is named instead of
 * printed (C02), so that nobody reads anything else than what stands there.
 */
export const terminalText = (text: string): string => text.replaceAll(unshowable, nameOf)

/** The same for a text of several lines; each begins with `margin`, so that none can pass for a line of the program. */
export const terminalLines = (text: string, margin: string): string =>
  text
    .split(/\r\n|\n/)
    .map((line) => margin + terminalText(line.replaceAll('\t', '    ')))
    .join('\n')

/** JSON with every such character written as an escape: the same document, and harmless on a terminal. */
export const terminalJson = (json: string): string =>
  json.replaceAll(unshowable, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_none, index) => escapeOf(character.charCodeAt(index))).join(''),
  )

const escapeOf = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`
