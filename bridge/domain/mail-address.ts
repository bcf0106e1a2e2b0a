const local = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
const address = new RegExp(`^(?=.{1,254}$)(?=[^@]{1,64}@)${local}@${label}(?:\\.${label})*$`)

/**
 * Whether a text is one plain mail address (RFC 5321, dot-atom at a host name, ASCII): nothing in it can end a header
 * line or name a second recipient.
 */
export const isMailAddress = (text: string): boolean => address.test(text)
