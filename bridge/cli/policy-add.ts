import type { AddPolicyVersion } from '../app/policy/add-policy-version.ts'
import type { UnitOfWork } from '../app/ports.ts'
import type { ActAsPerson } from './act-as-person.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import type { LoadPolicy } from './load-policy.ts'

export type PolicyAddDeps = {
  loadPolicy: LoadPolicy
  actAsPerson: ActAsPerson
  addPolicyVersion: (unitOfWork: UnitOfWork) => AddPolicyVersion
}

/** `policy add <file> --realm r`: keeps a version. It changes no decision. */
export const createPolicyAdd =
  ({ loadPolicy, actAsPerson, addPolicyVersion }: PolicyAddDeps) =>
  async (file: string, { realm }: { realm: string }): Promise<CommandAnswer> => {
    const loaded = loadPolicy(file)
    if ('answer' in loaded) return loaded.answer
    const { text } = loaded
    return actAsPerson(
      realm,
      async () => ({ ready: text }),
      async (unitOfWork, named, person) => {
        const added = await addPolicyVersion(unitOfWork)({ realm: named, text, person })
        if (added.outcome === 'refused') {
          return added.reason === 'too_large'
            ? faulty('refused', 'too_large', `${file} is too long for a policy.`, 'Shorten it, then add it again.')
            : faulty(
                'refused',
                'unreadable',
                `${file} is no policy that can be kept.`,
                'Run `fallback-bridge policy check` on it.',
              )
        }
        const { digest, name, revision } = added.version
        const fact = added.outcome === 'added' ? 'Added' : 'Known already'
        return done(
          [
            `${fact}: ${name}, revision ${revision}, in ${named}`,
            digest,
            `It decides nothing until it is activated: fallback-bridge policy activate ${digest.slice(0, 12)} --realm ${named}`,
          ].join('\n'),
          { outcome: added.outcome, realm: named, digest, name, revision },
        )
      },
    )
  }
