/** Text inside a line of Markdown: one line, its own signs shown as they are. */
export const inline = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`)

/** A name as code. A backtick in it would end it, so it is shown as an apostrophe. */
export const code = (name: string): string =>
  `\`${name.replace(/\s+/g, ' ').replaceAll('`', '’').replaceAll('|', '\\|')}\``

/** Names as code, joined by commas; `none` where there is none. */
export const codes = (names: readonly string[], none = 'none'): string =>
  names.length === 0 ? none : names.map(code).join(', ')

/** A table; the cells are Markdown already. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
