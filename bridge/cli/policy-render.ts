import type { Policy } from '../domain/policy/policy.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import type { FindDocument } from './find-document.ts'

export type PolicyRenderDeps = { findDocument: FindDocument; render: (policy: Policy) => string }

/** `policy render` and `policy table`: a policy, or its decisions, as Markdown. */
export const createPolicyRender =
  ({ findDocument, render }: PolicyRenderDeps) =>
  async (named: string, { realm }: { realm?: string }): Promise<CommandAnswer> => {
    const found = await findDocument(named, realm)
    if ('answer' in found) return found.answer
    const { policy } = found
    const markdown = render(policy)
    return done(markdown, { digest: policy.digest, name: policy.name, revision: policy.revision, markdown })
  }
