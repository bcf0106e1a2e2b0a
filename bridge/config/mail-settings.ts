import { isLoopback } from '../domain/loopback.ts'
import type { Secret } from './secret.ts'
import type { SettingValues } from './settings.ts'

/** How mail is sent, where it is. */
export type MailSettings = {
  readonly url: Secret<string>
  readonly from: string
  /** Who is told of what concerns security; empty where nobody is named. */
  readonly security: readonly string[]
  /** `required`: a server that offers no TLS is given nothing. `none`: it is this machine. */
  readonly tls: 'required' | 'if_offered' | 'none'
}

/** Plain SMTP stays on this machine, or in a closed network; a password never leaves this machine in clear (A03). */
export const mailOf = (values: SettingValues): MailSettings | undefined => {
  const { SMTP_URL, MAIL_FROM, SECURITY_MAIL, ALLOW_INSECURE_HTTP } = values
  if (SMTP_URL === undefined || MAIL_FROM === undefined) return undefined
  const { hostname, password } = new URL(SMTP_URL.reveal())
  const beyond = ALLOW_INSECURE_HTTP && password === '' ? 'if_offered' : 'required'
  return Object.freeze({
    url: SMTP_URL,
    from: MAIL_FROM,
    security: Object.freeze(SECURITY_MAIL ?? []),
    tls: isLoopback(hostname) ? 'none' : beyond,
  })
}
