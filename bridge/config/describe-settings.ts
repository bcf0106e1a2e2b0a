import { prefix, settingNames, settings } from './settings.ts'

/** docs/settings.md, whole. A test compares the file with this text. */
export const describeSettings = (): string => `# Settings

<!-- Rendered from bridge/config/settings.ts by node bridge/config/write-settings-doc.ts; change it there. -->

All come from the environment and are read once, at the start. If one is missing, unknown, blank, malformed or dangerous,
the bridge does not start and tells all problems at once, one sentence each, without quoting a value.

${table()}

**Secrets.** Each setting marked as secret can also be given as \`<name>_FILE\`, the path of a file that holds it; a newline
at its end does not count. Both forms at once are refused, and so is a file that everybody on the machine can read or
change (\`chmod 600\`; in Kubernetes \`defaultMode: 0400\`).

**Refused as dangerous.** Plain HTTP to a Keycloak or a webhook on another machine, and listening for other machines without
TLS, unless \`${prefix}ALLOW_INSECURE_HTTP=true\`. Two listeners on one port. One half of a pair: a mail server without a
sender, a webhook without a secret, and the reverse. \`NODE_TLS_REJECT_UNAUTHORIZED=0\`, always: name your own certificate authority in
\`NODE_EXTRA_CA_CERTS\` instead.

**Mail.** \`smtps://\` is TLS from the first byte; \`smtp://\` to another machine demands STARTTLS and sends nothing to a server
that does not offer it. \`${prefix}ALLOW_INSECURE_HTTP=true\` lets mail go without TLS, a password never. Who is told what:
[notices.md](notices.md).

What a policy may say, and the ceilings no policy exceeds: [policy.md](policy.md).
`

const table = (): string =>
  [
    ['name', 'default', 'secret', 'what it does'],
    ['---', '---', '---', '---'],
    ...settingNames.map((name) => {
      const setting = settings[name]
      const fallback = setting.default === undefined ? setting.absent : `\`${setting.default}\``
      return [`\`${prefix}${name}\``, fallback, setting.isSecret ? 'yes' : '', setting.describe]
    }),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
