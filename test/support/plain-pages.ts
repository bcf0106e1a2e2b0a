import type { PlainPage } from './plain-browser.ts'

/** Text of the element with this id, without what is nested in it; empty where the page has none. */
export const textOf = ({ html }: PlainPage, id: string): string =>
  (new RegExp(`\\bid="${id}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? '').trim().replaceAll('&#39;', "'")

/** Whether the browser came back to the application with a code for it: somebody was let in. */
export const isLetIn = ({ arrivedAt }: PlainPage): boolean =>
  arrivedAt !== undefined && new URL(arrivedAt).searchParams.has('code')
