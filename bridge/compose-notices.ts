import type { SendNoticeDeps } from './app/notice/send-notice.ts'
import type { Clock, Log } from './app/ports.ts'
import type { Config } from './config.ts'
import { createNoticeTexts } from './notify/notice-texts.ts'
import { createSendMail } from './notify/send-mail.ts'
import { createSendWebhook } from './notify/send-webhook.ts'

/** Where notices go in this installation; nowhere where neither is set up. */
export const noticeChannelsOf = ({ mail, webhook }: Config): readonly ('mail' | 'webhook')[] => [
  ...(mail === undefined ? [] : (['mail'] as const)),
  ...(webhook === undefined ? [] : (['webhook'] as const)),
]

/** Wires how notices become texts and leave. */
export const composeNotices = (
  { mail, webhook, operations }: Config,
  { clock, log }: { clock: Clock; log: Log },
): Pick<SendNoticeDeps, 'textOf' | 'sendMail' | 'sendWebhook' | 'securityMail'> => ({
  textOf: createNoticeTexts({ publicUrl: operations.publicUrl }),
  sendMail:
    mail === undefined ? undefined : createSendMail({ url: mail.url.reveal(), from: mail.from, tls: mail.tls, log }),
  sendWebhook:
    webhook === undefined
      ? undefined
      : createSendWebhook({ url: webhook.url, secrets: webhook.secrets.reveal(), clock }),
  securityMail: mail?.security ?? [],
})
