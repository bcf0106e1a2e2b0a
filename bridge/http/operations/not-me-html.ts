import { createHash } from 'node:crypto'
import { type NotMeTexts, notMeTexts } from './not-me-texts.ts'

export type Language = keyof typeof notMeTexts

/** What a page tells beside its form; `done` has no form any more. */
export type NotMeMessage = 'done' | 'unknown' | 'wait' | 'failed'

const style =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}label{display:block;font-weight:600}input{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;border:1px solid #555;border-radius:.25rem}button{font:inherit;margin-top:1rem;padding:.5rem 1.25rem;border:0;border-radius:.25rem;background:#0b5394;color:#fff}[role]{border-left:.25rem solid #0b5394;padding:.5rem 1rem;background:#eef4fa}'

/** Source of the style in a content security policy. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** A page without script, image or address of anything else. Every text is the code's own: nothing typed comes back. */
export const notMePage = (language: Language, message?: NotMeMessage): string => {
  const texts = notMeTexts[language]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts.title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${texts.title}</h1>
${message === undefined ? '' : `<p role="${message === 'done' ? 'status' : 'alert'}">${texts[message]}</p>\n`}${message === 'done' ? `<p>${texts.next}</p>` : formOf(texts)}
</main>
</body>
</html>
`
}

const formOf = ({ intro, label, hint, button }: NotMeTexts): string => `<p>${intro}</p>
<form method="post" action="/not-me">
<label for="word">${label}</label>
<input id="word" name="word" required maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="hint">
<p id="hint">${hint}</p>
<button>${button}</button>
</form>`
