/** What a browser without scripts shows: a page, or the application's URL at which the login ended. */
export type PlainPage = { status: number; url: string; html: string; arrivedAt: string | undefined }

/** A form of a page: where it goes, and the fields it sends by itself. */
export type PlainForm = { action: string; fields: Record<string, string> }

/**
 * A browser in plain HTTP: cookies and redirects, no scripts, any post. For logins in numbers, and for posts that no
 * browser would make. Stops before the application's own address. `headers` go with every request.
 */
export const createPlainBrowser = (applicationUrl: string, headers: Readonly<Record<string, string>> = {}) => {
  const cookies = new Map<string, string>()

  const remember = (response: Response): void => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      const isGone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))
      if (isGone) cookies.delete(name)
      else cookies.set(name, value.join('='))
    }
  }

  const send = async (url: string, body?: URLSearchParams): Promise<PlainPage> => {
    let next: { url: string; body?: URLSearchParams | undefined } = { url, body }
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(next.url, {
        redirect: 'manual',
        headers: { ...headers, Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(next.body === undefined ? {} : { method: 'POST', body: next.body }),
      })
      remember(response)
      const html = await response.text()
      const location = response.headers.get('location')
      if (location === null) return { status: response.status, url: next.url, html, arrivedAt: undefined }
      const target = new URL(location, next.url).href
      if (target.startsWith(applicationUrl)) return { status: response.status, url: target, html, arrivedAt: target }
      next = { url: target }
    }
    throw new Error('too many redirects')
  }

  return {
    cookies,
    get: (url: string) => send(url),
    /** Posts the fields; a list gives a field several times. */
    post: (url: string, fields: Readonly<Record<string, string | readonly string[]>>) => {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields)) {
        for (const one of typeof value === 'string' ? [value] : value) body.append(name, one)
      }
      return send(url, body)
    },
  }
}

export type PlainBrowser = ReturnType<typeof createPlainBrowser>

/** The form with this id, or the first one. Throws where the page has none. */
export const formOf = ({ html, url }: PlainPage, id?: string): PlainForm => {
  const forms = [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inner = '']) => ({
    head,
    inner,
  }))
  const form = forms.find(({ head }) => id === undefined || attribute(head, 'id') === id)
  if (form === undefined) throw new Error(`no form ${id ?? ''} on the page ${titleOf(html)}`)
  const fields: Record<string, string> = {}
  for (const [tag] of form.inner.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name')
    if (name !== undefined && attribute(tag, 'type') === 'hidden') fields[name] = attribute(tag, 'value') ?? ''
  }
  return { action: new URL(attribute(form.head, 'action') ?? url, url).href, fields }
}

/** Whether the page has an element with this id. */
export const hasElement = ({ html }: PlainPage, id: string): boolean => html.includes(`id="${id}"`)

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')

const titleOf = (html: string): string => /<title>([\s\S]*?)<\/title>/.exec(html)?.[1]?.trim() ?? '?'
