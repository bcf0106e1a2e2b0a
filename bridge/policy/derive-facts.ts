import { createHash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import type { DeriveFacts, OutsideHoursOf } from '../app/policy/policy-ports.ts'
import type { Policy } from '../domain/policy/policy.ts'

/** The port's implementation. What cannot be worked out (no address, an unreadable one) stays absent: it is missing. */
export const deriveFacts: DeriveFacts = (policy, facts, user) => {
  const { zones: _zones, outsideHours: _outsideHours, ...plain } = facts
  const zones = facts.ip === undefined ? undefined : zonesOf(policy, facts.ip)
  return {
    ...plain,
    ...(zones === undefined ? {} : { zones }),
    outsideHours: outsideHoursOf(policy)(facts.at),
    ...(user === undefined ? {} : { rolloutBucket: bucketOf(facts.realm, user) }),
  }
}

/** Names of the zones that hold an address, in the policy's order; undefined where it is no address. */
export const zonesOf = (policy: Policy, ip: string): readonly string[] | undefined => {
  if (!ipaddr.isValid(ip)) return undefined
  const address = ipaddr.process(ip)
  return Object.entries(policy.zones)
    .filter(([, ranges]) => ranges.some((range) => holdsAddress(range, address)))
    .map(([name]) => name)
}

const holdsAddress = (range: string, address: ipaddr.IPv4 | ipaddr.IPv6): boolean => {
  const [network, bits] = ipaddr.parseCIDR(range)
  return network.kind() === address.kind() && address.match(network, bits)
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The port's implementation. The time zone is read once for all times. */
export const outsideHoursOf: OutsideHoursOf = ({ hours }) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: hours.timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (at) => {
    const parts = format.formatToParts(at)
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? ''
    const day = weekdays.indexOf(part('weekday')) + 1
    const time = `${part('hour')}:${part('minute')}`
    return !hours.days.includes(day) || time < hours.from || time >= hours.to
  }
}

/** 0 to 99, the same for a person for ever, and spread evenly over people. */
const bucketOf = (realm: string, user: string): number =>
  createHash('sha256').update(`fallback-bridge/rollout/v1\n${realm}\n${user}`).digest().readUInt32BE(0) % 100
