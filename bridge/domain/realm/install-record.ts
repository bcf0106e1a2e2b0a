import type { EventSettings } from './realm-state.ts'

/**
 * What stood in the realm before this tool changed it. It is kept in the realm itself, on the bridge's client, so that
 * anybody with the right to do so can take the changes back from any machine.
 */
export type InstallRecord = {
  v: 1
  /** Alias of the realm's browser flow; absent while the realm's binding was never changed. */
  browserFlow?: string
  /** Alias of the flow that a client had of its own; null where it had none. */
  clientFlows: Readonly<Record<string, string | null>>
  events?: EventSettings
  userVerification?: { twoFactor: string; passwordless: string }
  /** Null where there was none. */
  acrMap?: Readonly<Record<string, number>> | null
  action?: { enabled: boolean; config: Readonly<Record<string, string>> } | null
  /** Things that were not there before. */
  made: readonly ('client' | 'scope')[]
  /** Clients that got the scope. */
  scopedClients: readonly string[]
  /** Copies of flows, being built or done, each with the flow it was made from. */
  flows: Readonly<Record<string, string>>
  pilotGroups: readonly string[]
  /** Client for people (null where one was there before) and realm roles that were made; absent where none was. */
  people?: { client: string | null; roles: readonly string[] }
}

export const emptyRecord: InstallRecord = {
  v: 1,
  clientFlows: {},
  made: [],
  scopedClients: [],
  flows: {},
  pilotGroups: [],
}

/** Attribute of the client in which it stands. */
export const recordAttribute = 'fallback-bridge.before'

export const writeRecord = (record: InstallRecord): string => JSON.stringify(record)

/** Reads it back; undefined for none, and for one that this release cannot read. */
export const readRecord = (text: string | undefined): InstallRecord | undefined => {
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || !('v' in parsed) || parsed.v !== 1) return undefined
    return { ...emptyRecord, ...parsed, v: 1 }
  } catch {
    return undefined
  }
}

const marker = /\[fallback-bridge from "(.{1,150})"\]$/

/** Description of a copy that is done. People see what it is; the tool recognises its own work by the end of it. */
export const describeCopy = (source: string): string =>
  `Passkey with fallback. Made by fallback-bridge; change the original and apply again. [fallback-bridge from "${source}"]`

/** The flow that a finished copy was made from; undefined for every other flow. */
export const sourceOfCopy = (description: string): string | undefined => marker.exec(description)?.[1]
