import type { ApprovalChain, ChainDecision } from '../../bridge/domain/approval/approval-chain.ts'
import { asId } from '../../bridge/domain/ids.ts'

/** The chain that decisions are a part of where nothing else is said. */
export const leadsChain: ApprovalChain = {
  profile: 'standard',
  demands: [{ group: '/leads', count: 1 }],
  evidenceReview: false,
}

/** One decision; times are minutes, and it took one. Give what differs; ids are made of `number`. */
export const chainDecision = (
  number: number,
  person: string,
  differs: Partial<Omit<ChainDecision, 'person' | 'case' | 'subject'>> & { case?: string; subject?: string } = {},
): ChainDecision => {
  const askedAt = 1_800_000_000_000 + number * 3_600_000
  const { case: about = `case-${number}`, subject = `subject-${number}`, ...rest } = differs
  return {
    approval: asId(`approval-${String(number).padStart(4, '0')}-${person}`),
    case: asId(about),
    subject: asId(subject),
    person: asId(person),
    name: `name-of-${person}`,
    identity: undefined,
    verdict: 'approve',
    askedAt,
    at: askedAt + 60_000,
    chain: leadsChain,
    spoken: undefined,
    isUnratified: false,
    isDecoy: false,
    ...rest,
  }
}

/** So many decisions, each of a case of its own; `personOf` and `differs` tell of each by its number, from 0. */
export const chainDecisions = (
  count: number,
  personOf: (number: number) => string,
  differs: (number: number) => Parameters<typeof chainDecision>[2] = () => ({}),
): ChainDecision[] =>
  Array.from({ length: count }, (_, number) => chainDecision(number, personOf(number), differs(number)))

/** A case that two people approved, one after the other. */
export const approvedByTwo = (number: number, first: string, second: string): ChainDecision[] => [
  chainDecision(number, first, { chain: twoChain }),
  chainDecision(number, second, { chain: twoChain }),
]

/** The chain of `approvedByTwo`. */
export const twoChain: ApprovalChain = { ...leadsChain, demands: [{ group: '/leads', count: 2 }] }
