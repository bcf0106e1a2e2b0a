import { type NoticeKind, noticeKinds } from '../app/notice/notice.ts'
import { exampleNotices, examplePublicUrl, exampleWord } from './example-notices.ts'
import { createNoticeTexts } from './notice-texts.ts'
import { verifyWebhookExample } from './verify-webhook-example.ts'

const occasions: Readonly<Record<NoticeKind, { to: string; when: string }>> = {
  approvers_waiting: {
    to: 'who may approve',
    when: 'requests wait; one mail for all that wait, at most every `FALLBACK_BRIDGE_NOTICE_DIGEST_SECONDS`',
  },
  broadcast_break_glass: { to: 'the ratifying group and security', when: 'break-glass opened a login, at once' },
  disputed: { to: 'security', when: 'the person said that it was not them' },
  ratification_due: { to: 'the ratifying group', when: 'a break-glass login waits to be ratified' },
  review_due: { to: 'who may review', when: 'cases ended and wait for their review' },
  security_issued: { to: 'security', when: 'a privileged person’s grant was issued' },
  security_used: { to: 'security', when: 'a privileged person signed in with it' },
  subject_denied: { to: 'the person', when: 'somebody denied a request in their name' },
  subject_issued: { to: 'the person', when: 'a grant was issued in their name' },
  subject_used: { to: 'the person', when: 'a login with it took place' },
  verbal_to_confirm: { to: 'the named approver', when: 'somebody entered an approval by word of mouth' },
}

/** docs/notices.md, whole. A test compares the file with this text. */
export const describeNotices = (): string => `# Notices

<!-- Written by npm run docs from bridge/notify/; change it there. -->

Who is told what. Mail needs \`FALLBACK_BRIDGE_SMTP_URL\` and \`FALLBACK_BRIDGE_MAIL_FROM\`, the webhook
\`FALLBACK_BRIDGE_WEBHOOK_URL\` and \`FALLBACK_BRIDGE_WEBHOOK_SECRET\`: [settings.md](settings.md).

| kind | to | when |
|---|---|---|
${noticeKinds.map((kind) => `| \`${kind}\` | ${occasions[kind].to} | ${occasions[kind].when} |`).join('\n')}

Security is \`FALLBACK_BRIDGE_SECURITY_MAIL\`. Everybody else’s address is the verified one in Keycloak, read when the mail is
sent and stored nowhere. Mails are in German for people whose locale is German, else in English.

**What no notice holds**: a code; a link that decides; a name, a reason or evidence of a case. The only addresses are
\`FALLBACK_BRIDGE_OPERATIONS_PUBLIC_URL\` and \`/not-me\` below it, always the same, without a token. Deciding takes a signed-in
session of one’s own, so a forged mail gains nothing that a forged page could not. The word in the mails to the person
disputes exactly one case and opens nothing; no webhook and no subject line carries it.

**How often**. A notice is stored with the change it tells of and sent until the server has taken it, so it may arrive
twice if an answer is lost: the \`Message-ID\`, or \`webhook-id\`, is then the same. A permanent refusal (SMTP 5yz to the
recipients or the text; HTTP 4xx but 408, 425 and 429) parks it, and the log names it. A mail to several people counts as
sent once the server took it for one of them; the log tells if others were refused.

## Mails

With \`FALLBACK_BRIDGE_OPERATIONS_PUBLIC_URL=${examplePublicUrl}\`. Without it the mails name the service desk instead.

${noticeKinds.map((kind) => example(kind, 'en')).join('\n')}
In German:

${example('subject_used', 'de')}
## Webhook

A POST of JSON, signed as [Standard Webhooks](https://www.standardwebhooks.com/) says; libraries for many languages check it.
Answer 2xx within ten seconds; the body of the answer is not read, and no redirect is followed. The host may not resolve
to this machine, to link-local addresses or to those at which clouds hand out credentials; this machine only by its name.

\`\`\`json
${JSON.stringify(
  {
    type: 'fallback_bridge.security_used',
    timestamp: '2026-03-01T08:30:00.000Z',
    data: {
      id: '0195512c-0540-7000-8000-000000000001',
      realm: 'bank',
      case: 'fb-01955129-4620-7000-8000-000000000002',
      facts: { client: 'payments', path: 'authenticator-app', profile: 'privileged', tier: 2 },
    },
  },
  undefined,
  2,
)}
\`\`\`

Checked without a library, in Node.js; \`body\` is the text as it came:

\`\`\`js
${verifyWebhookExample}\`\`\`

**Change of keys**: give both, the old one first; once the receiver has the new one, give the new one alone.
`

const example = (kind: NoticeKind, locale: string): string => {
  const notice = exampleNotices.find((one) => one.kind === kind)
  if (notice === undefined) throw new TypeError(`no example of ${kind}`)
  const { subject, text } = createNoticeTexts({ publicUrl: examplePublicUrl })(notice, { locale, word: exampleWord })
  return `### \`${kind}\`\n\n\`\`\`text\nSubject: ${subject}\n\n${text}\`\`\`\n`
}
