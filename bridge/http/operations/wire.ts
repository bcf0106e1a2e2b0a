import type { z } from 'zod'
import type { ActedOn } from '../../app/operations/refusal.ts'
import type { Evidence } from '../../domain/evidence.ts'
import type { Instant } from '../../domain/ids.ts'
import type { evidenceLine } from '../contract/operations/evidence.ts'

/** A time as it goes out: ISO 8601 in UTC. */
export const timeOf = (at: Instant): string => new Date(at).toISOString()
export const timeOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : timeOf(at))
export const dayOf = (at: Instant): string => timeOf(at).slice(0, 10)

export const wireActedOn = ({ state, version }: ActedOn) => ({ state, version })

export const wireEvidence = (one: Evidence): z.infer<typeof evidenceLine> => ({
  id: one.id,
  item: one.item,
  kind: one.kind,
  by: { id: one.by, name: one.byName },
  at: timeOf(one.at),
  late: one.isLate,
  sha256: one.sha256,
  size: one.size,
  mediaType: one.mediaType,
})
