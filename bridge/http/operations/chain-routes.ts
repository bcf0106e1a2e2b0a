import type { z } from 'zod'
import type { Standing } from '../../domain/approval/rank-chains.ts'
import type { ToldPerson } from '../../domain/approval/study-decisions.ts'
import { chains, chainsQuery } from '../contract/operations/chains.ts'
import { nothing } from '../contract/operations/values.ts'
import { answered, defineRoute } from './route.ts'
import { timeOf } from './wire.ts'

const usualSpanMs = 90 * 86_400_000

const readChains = defineRoute({
  operation: 'readChains',
  summary: 'How approval chains and approvers decided in a span of time, the weakest chain first; for auditors.',
  method: 'get',
  path: '/v1/statistics/chains',
  access: 'see',
  input: { path: nothing, query: chainsQuery, body: nothing },
  output: chains,
  refusals: ['act_not_allowed', 'time_malformed'],
  handler: ({ operations, clock }, actor, { query }) => {
    const until = query.until ?? clock()
    const since = query.since ?? until - usualSpanMs
    return answered(operations.readChains(actor, { since, until }), (done) => ({
      since: timeOf(done.since),
      until: timeOf(done.until),
      decisions: done.decisions,
      cut: done.isCut,
      readFrom: timeOf(done.readFrom),
      chains: done.chains.map(({ chain, busiest, told }) => ({
        profile: chain.profile,
        demands: chain.demands.map(({ group, count }) => ({ group, count })),
        evidenceReview: chain.evidenceReview,
        busiest: wireBusiest(busiest),
        told: wireStanding(told),
      })),
      decoys: done.decoys.map(({ person, approved, decisions }) => ({
        person: wirePerson(person),
        approved,
        decisions,
      })),
      approvers: done.approvers.map(({ person, told }) => ({ person: wirePerson(person), told: wireStanding(told) })),
    }))
  },
})

type WireChain = z.input<typeof chains>['chains'][number]

const wirePerson = ({ id, name }: ToldPerson) => ({ id, name })

const wireBusiest = (
  busiest: { people: readonly ToldPerson[]; count: number; of: number } | undefined,
): WireChain['busiest'] => {
  const [person] = busiest?.people ?? []
  return busiest === undefined || person === undefined
    ? null
    : { person: wirePerson(person), cases: busiest.count, of: busiest.of }
}

const wireStanding = (told: Standing): WireChain['told'] => {
  if (told.standing === 'too_few') return { standing: 'too_few', decisions: told.decisions }
  const { figures } = told
  return {
    standing: 'known',
    points: told.points,
    figures: {
      ...figures,
      approvedPercent: figures.approvedPercent ?? null,
      medianSeconds: figures.medianSeconds ?? null,
      outsideHours: figures.outsideHours ?? null,
      outsideHoursPercent: figures.outsideHoursPercent ?? null,
    },
    findings: told.findings.map(({ finding, count, of, points, fix, people }) => ({
      finding,
      count,
      of: of ?? null,
      points,
      fix,
      people: people.map(wirePerson),
    })),
  }
}

/** How chains of approvals decide. */
export const chainRoutes = [readChains]
