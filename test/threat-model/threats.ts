/**
 * One row of the threat model. `open` says what is missing: of a row without a test, why there is none yet; of a row with
 * tests, what they do not cover.
 */
export type Threat = { id: string; threat: string; open?: string }

const later = (work: string): string => `comes with ${work}`
const console = later('the console')
const delivery = later('delivered codes; today nobody is sent one')
const ledger = later('the Merkle log and its anchors')

/** Every threat considered, grouped as they come in: browser, jar to bridge, bridge to Keycloak, people, data, messages. */
export const threats: readonly { group: string; rows: readonly Threat[] }[] = [
  {
    group: 'Browser and Keycloak',
    rows: [
      {
        id: 'B01',
        threat: 'A failure forged with one form post, to get at the weaker way',
        open: 'somebody with the password and the second factor has what the fallback asks for; the person is told of each, and privileged people need approvals',
      },
      { id: 'B02', threat: 'The fallback step entered without a recorded failure' },
      { id: 'B03', threat: 'The first factor left out' },
      { id: 'B04', threat: 'A restart of the login forgets what was demanded' },
      { id: 'B05', threat: 'Steps of two tabs mixed up' },
      { id: 'B06', threat: 'Another user in the same browser inherits a case' },
      { id: 'B07', threat: 'A code or case of one realm used in another that has the same user ids' },
      {
        id: 'B08',
        threat: 'A login link made by an attacker, finished by the victim',
        open: 'fixed in Keycloak from 26.7.5 on, which is demanded; no test of ours',
      },
      { id: 'B09', threat: 'The same form posted twice' },
      { id: 'B10', threat: 'Guessing within one case' },
      { id: 'B11', threat: 'Guessing over many cases and sessions' },
      { id: 'B12', threat: 'Parallel guesses that outrun the counter' },
      { id: 'B13', threat: 'One right code used many times at once' },
      { id: 'B14', threat: 'One code used at two verifiers' },
      { id: 'B15', threat: 'An older code used after a newer one, within the tolerance' },
      { id: 'B16', threat: 'A code of the future accepted' },
      { id: 'B17', threat: 'Another spelling of a used code' },
      {
        id: 'B18',
        threat: 'A code relayed by a phishing proxy',
        open: 'cannot be stopped where codes are typed; device and network raise the score, and a case stays in its network',
      },
      {
        id: 'B19',
        threat: 'Answers that tell who exists or what they own',
        open: 'the first factor comes before; a comparison of timings is missing',
      },
      {
        id: 'B20',
        threat: 'A fallback session used to add or remove factors',
        open: 'account actions ask for the passkey; Keycloak’s own OTP stands at the fallback’s level and may be removable there',
      },
      {
        id: 'B21',
        threat: 'Tokens that outlive the fallback session',
        open: 'a refresh past the end while the bridge is down comes with the session limits inside Keycloak',
      },
      { id: 'B22', threat: 'A browser that pretends not to know passkeys' },
      {
        id: 'B23',
        threat: 'Somebody else’s budget of codes used up',
        open: 'costs the password first; who is locked out waits, or uses the passkey',
      },
      { id: 'B24', threat: 'Failure text that carries markup or control characters' },
      { id: 'B25', threat: 'The code page framed by another site' },
    ],
  },
  {
    group: 'From the jar to the bridge',
    rows: [
      {
        id: 'K01',
        threat: 'Calls from anybody who reaches the port',
        open: 'mutual TLS is left to the proxy in front',
      },
      { id: 'K02', threat: 'Signature algorithms confused' },
      { id: 'K03', threat: 'A token made for something else' },
      { id: 'K04', threat: 'A request sent again' },
      { id: 'K05', threat: 'A body changed under a valid signature, or fields of unexpected kinds' },
      { id: 'K06', threat: 'Case ids guessed' },
      { id: 'K07', threat: 'Steps in an order that was never meant' },
      { id: 'K08', threat: 'An answer forged, replayed, or meant for another request' },
      {
        id: 'K09',
        threat: 'Addresses believed from headers',
        open: 'the bridge reads no forwarding header; the address is a signed claim, as true as Keycloak’s proxy settings',
      },
      { id: 'K10', threat: 'A bridge that is down or slow' },
      { id: 'K11', threat: 'Huge, slow or nested requests', open: 'a header flood is left to Node’s limits' },
      {
        id: 'K12',
        threat: 'Cases without number',
        open: 'caps are per person; caps for a realm and a client are not there yet',
      },
      { id: 'K13', threat: 'A jar and a bridge of different releases' },
      {
        id: 'K14',
        threat: 'Clocks that differ',
        open: 'bounded, and told on the case from two seconds on; nobody is alarmed',
      },
      { id: 'K15', threat: 'A reply lost after the commit' },
      { id: 'K16', threat: 'A crash between checking, using up and answering' },
      { id: 'K17', threat: 'Series of metrics made by request text' },
      { id: 'K18', threat: 'Errors that tell about the inside' },
    ],
  },
  {
    group: 'From the bridge to Keycloak',
    rows: [
      { id: 'A01', threat: 'A service account that may too much' },
      { id: 'A02', threat: 'The bridge’s own credentials in a log' },
      {
        id: 'A03',
        threat: 'TLS switched off or not checked',
        open: 'plain http beyond this machine is refused; certificates are Node’s to check',
      },
      { id: 'A04', threat: 'Keycloak away when an event is due' },
      { id: 'A05', threat: 'An event written twice' },
      { id: 'A06', threat: 'An event acknowledged and then lost' },
      { id: 'A07', threat: 'One bad event that holds up all others' },
      { id: 'A08', threat: 'Paths made of names' },
      {
        id: 'A09',
        threat: 'A session not ended in time',
        open: 'while Keycloak runs and the bridge does not, see B21',
      },
      { id: 'A10', threat: 'A realm whose events are off' },
      { id: 'A11', threat: 'A token that is not renewed' },
      { id: 'A12', threat: 'Personal data in events' },
    ],
  },
  {
    group: 'Approvers and their console',
    rows: [
      {
        id: 'C01',
        threat: 'Decisions made by a foreign page',
        open: `the API takes JSON and a bearer token alone; a session in a browser ${console}`,
      },
      {
        id: 'C02',
        threat: 'Script in texts that approvers read',
        open: `the API answers no page but one without foreign text; showing it ${console}`,
      },
      { id: 'C03', threat: 'Approving one’s own case' },
      { id: 'C04', threat: 'One person with two accounts' },
      {
        id: 'C05',
        threat: 'Two approvers in league',
        open: 'told afterwards; a policy can ask two groups, and nothing makes people take turns',
      },
      { id: 'C06', threat: 'An approval of facts that changed' },
      { id: 'C07', threat: 'An approver who lost the role before the use' },
      { id: 'C08', threat: 'Decisions that race' },
      { id: 'C09', threat: 'The wrong case approved' },
      { id: 'C10', threat: 'An approver signed in weakly' },
      { id: 'C11', threat: 'Flaws of the console’s own sign-in', open: console },
      { id: 'C12', threat: 'Roles of the same name' },
      { id: 'C13', threat: 'An actor who cannot be resolved' },
      { id: 'C14', threat: 'Configuration that switches separation of duties off' },
      {
        id: 'C15',
        threat: 'An approver who uses the code',
        open: `codes are the person’s own, no approver is shown one; codes that an approver gives out ${later('delivered codes')}`,
      },
      { id: 'C16', threat: 'Codes left in caches and histories' },
      {
        id: 'C17',
        threat: 'Formulas in exports',
        open: 'nothing is exported as a table; an export of a case is a signed JSON document',
      },
      { id: 'C18', threat: 'Cases of other realms read' },
      { id: 'S01', threat: 'A caller who pretends to be the user' },
      { id: 'S02', threat: 'Cases sent until one is approved' },
      {
        id: 'S03',
        threat: 'The user talked into telling a code',
        open: 'a proxy between can use what is typed in it at once; see B18',
      },
      { id: 'S04', threat: 'Pressure for an exception' },
      {
        id: 'S05',
        threat: 'An approver who denies it',
        open: 'who holds the bridge’s key and its database can write a decision and all that follows anew; Keycloak’s event log still has the digest of before',
      },
      { id: 'S06', threat: 'False notices that lead to a false console' },
      { id: 'S07', threat: 'Approving without looking', open: 'told afterwards; no made-up requests test approvers' },
    ],
  },
  {
    group: 'Database, keys, time',
    rows: [
      { id: 'D01', threat: 'Secrets read from the database or its backup' },
      {
        id: 'D02',
        threat: 'Security columns edited by hand',
        open: 'the history shows it; rows are not compared with it before use yet',
      },
      { id: 'D03', threat: 'History cut off at its end', open: ledger },
      { id: 'D04', threat: 'History written anew with a stolen key', open: ledger },
      {
        id: 'D05',
        threat: 'A restored backup that brings used codes back',
        open: 'not detected yet; see operations, backup and restore',
      },
      { id: 'D06', threat: 'A full disk', open: 'a failed write denies; space is not watched' },
      { id: 'D07', threat: 'A database that does not keep what it acknowledged' },
      { id: 'D08', threat: 'SQL made of input', open: 'parameters only, by construction; no fuzzing' },
      { id: 'D09', threat: 'A clock set back', open: 'used time steps stay used; expiry trusts the clock' },
      {
        id: 'D10',
        threat: 'A clock that jumps ahead',
        open: 'sessions past their end are ended; no pause and no alarm',
      },
      { id: 'D11', threat: 'Keys changed halfway', open: 'several keys open; sealing anew is not there yet' },
      { id: 'D12', threat: 'Two bridges on one file' },
      { id: 'D13', threat: 'A migration that breaks off' },
      {
        id: 'D14',
        threat: 'Erasure demanded of an append-only history',
        open: 'histories hold ids and codes and no contact data; erasure by key comes with the ledger',
      },
      {
        id: 'D15',
        threat: 'Secrets in dumps of memory',
        open: 'left to the host: no core dumps in the container files’ user',
      },
    ],
  },
  {
    group: 'Messages',
    rows: [
      { id: 'N01', threat: 'Webhooks turned inwards' },
      { id: 'N02', threat: 'Codes in the wrong message' },
      { id: 'N03', threat: 'Sending without end', open: delivery },
      { id: 'N04', threat: 'An address changed just before', open: delivery },
      { id: 'N05', threat: 'Call-backs forged', open: delivery },
      { id: 'N06', threat: 'A sender’s outage that opens a weaker way', open: delivery },
      { id: 'N07', threat: 'Several live codes', open: delivery },
      { id: 'N08', threat: 'Log lines forged, or with personal data' },
      { id: 'N09', threat: 'A notice sent twice' },
    ],
  },
]
