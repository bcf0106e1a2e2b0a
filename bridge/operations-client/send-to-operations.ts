import { z } from 'zod'
import { terminalText } from '../domain/terminal-text.ts'
import { type Challenge, readChallenge } from './challenge.ts'

/** One call: where to, with what, and the form that its answer must have. */
export type OperationsCall<Value> = {
  method: 'GET' | 'POST'
  /** Segments below `/v1`. */
  path: readonly string[]
  query?: Readonly<Record<string, string | readonly string[] | undefined>>
  body?: Readonly<Record<string, unknown>>
  answer: z.ZodType<Value>
}

/**
 * How a call ended. `value` has every text made safe for a terminal; `json` is the answer as it came, for programs. A
 * call that changes something and found no answer may have been carried out: `isUncertain`.
 */
export type Sent<Value> =
  | { outcome: 'done'; value: Value; json: unknown }
  | { outcome: 'refused'; status: number; code: string; sentence: string; about: readonly string[] }
  | { outcome: 'step_up_needed'; challenge: Challenge }
  | { outcome: 'token_refused' }
  | { outcome: 'unreachable'; cause: string; isUncertain: boolean }

export type SendToOperations = <Value>(call: OperationsCall<Value>, token: string) => Promise<Sent<Value>>

export type SendDeps = {
  /** Base URL of the operations API, without a slash at its end. */
  url: string
  timeoutMs: number
}

/** The cause where an answer came and was too large to be read. */
export const answerTooLarge = 'answer_too_large'

/** More than an answer of the API has, unless the story of a case grew out of all bounds. */
const mostBytes = 4 * 1024 * 1024

const problem = z.object({
  code: z.string().max(64).catch('unknown'),
  title: z.string().max(500).catch(''),
  about: z.array(z.string().max(300)).max(100).catch([]),
})

/** Calls the operations API: once, with a time limit, never following a redirect. */
export const createSendToOperations =
  ({ url, timeoutMs }: SendDeps): SendToOperations =>
  async (call, token) => {
    const address = addressOf(url, call)
    let response: Response
    let text: string
    try {
      response = await fetch(address, {
        method: call.method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json, application/problem+json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      })
      const read = await readText(response)
      if (read === undefined) return unreachable(call, answerTooLarge)
      text = read
    } catch (error) {
      return unreachable(call, causeOf(error))
    }
    if (response.status >= 200 && response.status < 300) return read(call, text)
    return refusalOf(call, response, text)
  }

const addressOf = <Value>(url: string, { path, query = {} }: OperationsCall<Value>): string => {
  // A URL has no way to write these as names: they would lead to another place.
  if (path.some((segment) => /^\.{0,2}$/.test(segment))) throw new TypeError('a segment that is no name')
  const address = new URL(`${url}/v1/${path.map(encodeURIComponent).join('/')}`)
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) address.searchParams.append(name, one)
  }
  return address.href
}

/** The answer's text; undefined where it is larger than any answer that is read here. */
const readText = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > mostBytes) return undefined
    chunks.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
}

const read = <Value>(call: OperationsCall<Value>, text: string): Sent<Value> => {
  const json = parse(text)
  const value = call.answer.safeParse(parse(text, showable))
  return json !== undefined && value.success
    ? { outcome: 'done', value: value.data, json }
    : unreachable(call, 'unreadable_answer')
}

const refusalOf = <Value>(call: OperationsCall<Value>, response: Response, text: string): Sent<Value> => {
  const { status, headers } = response
  const told = problem.safeParse(parse(text, showable))
  if (status < 400 || !told.success) return unreachable(call, `http_${status}`)
  const { code, title, about } = told.data
  if (code === 'unknown') return unreachable(call, `http_${status}`)
  if (status === 401) {
    const challenge = readChallenge(headers.get('www-authenticate'))
    return challenge === undefined ? { outcome: 'token_refused' } : { outcome: 'step_up_needed', challenge }
  }
  return { outcome: 'refused', status, code, sentence: title, about }
}

type Reviver = (name: string, value: unknown) => unknown

const parse = (text: string, reviver?: Reviver): unknown => {
  try {
    return JSON.parse(text, reviver)
  } catch {
    return undefined
  }
}

/** Names of members are the API's own, except in facts, where they are shown as well. */
const showable: Reviver = (_name, value) => {
  if (typeof value === 'string') return terminalText(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [terminalText(name), member]))
}

const unreachable = <Value>({ method }: OperationsCall<Value>, cause: string): Sent<Value> => ({
  outcome: 'unreachable',
  cause,
  isUncertain: method === 'POST' && !neverSent.includes(cause),
})

/** Causes after which nothing can have reached the other side. */
const neverSent: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]

/** `fetch` hides the system's code one level down. */
const causeOf = (error: unknown): string => {
  if (error instanceof DOMException) return error.name
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
    return cause.code
  }
  return error instanceof Error ? error.name : 'unknown'
}
