import type { LookupAddress } from 'node:dns'
import { lookup as lookUp } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { isLoopback } from '../domain/loopback.ts'

/** Where a receiver may stand. Not where an operator's clouds and links keep what trusts every caller. */
const ranges: readonly string[] = ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat']
/** Addresses within those ranges at which clouds hand out credentials. */
const metadata: readonly string[] = ['100.100.100.200', '168.63.129.16', 'fd00:ec2::254']

/** Whether the bridge may call this address for that host of the settings (N01); itself only where it is named so. */
export const isAllowedAddress = (host: string, text: string): boolean => {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.process(text)
  const range = address.range()
  if (range === 'loopback') return isLoopback(host)
  return ranges.includes(range) && !metadata.includes(address.toString())
}

/** A host that is itself an address is never looked up. */
export const isAllowedHost = (host: string): boolean => {
  const literal = host.replace(/^\[|\]$/g, '')
  return isIP(literal) === 0 || isAllowedAddress(host, literal)
}

export type LookUpAll = (
  host: string,
  options: { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Looks a host up once, refuses it if one of its addresses is not allowed, and gives those it looked at. */
export const createAllowedLookup =
  (lookUpAll: LookUpAll = lookUp): LookupFunction =>
  (host, options, done) => {
    lookUpAll(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, [])
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isAllowedAddress(host, address))) {
        return done(Object.assign(new Error('the address is not allowed'), { code: 'ADDRESS_REFUSED' }), [])
      }
      return options.all === true ? done(null, addresses) : done(null, first.address, first.family)
    })
  }
