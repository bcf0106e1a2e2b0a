import { parseArgs } from 'node:util'
import { SetupError } from '../server/setup-error.ts'

/** What the demo was asked to do. */
export type DemoOptions = {
  help: boolean
  tour: boolean
  json: boolean
  fresh: boolean
  ports: DemoPorts
}

const PORTS = {
  keycloak: { option: 'port', variable: 'FALLBACK_DEMO_PORT', standard: 8180, purpose: 'Keycloak' },
  keycloakManagement: {
    option: 'management-port',
    variable: 'FALLBACK_DEMO_MANAGEMENT_PORT',
    standard: 8190,
    purpose: "Keycloak's health page",
  },
  bridge: { option: 'bridge-port', variable: 'FALLBACK_DEMO_BRIDGE_PORT', standard: 8480, purpose: 'the bridge' },
  bridgeManagement: {
    option: 'bridge-management-port',
    variable: 'FALLBACK_DEMO_BRIDGE_MANAGEMENT_PORT',
    standard: 8481,
    purpose: "the bridge's health page",
  },
  bridgeOperations: {
    option: 'bridge-operations-port',
    variable: 'FALLBACK_DEMO_BRIDGE_OPERATIONS_PORT',
    standard: 8482,
    purpose: 'the operations API',
  },
  app: { option: 'app-port', variable: 'FALLBACK_DEMO_APP_PORT', standard: 8280, purpose: 'the demo application' },
} as const

type PortName = keyof typeof PORTS

/** A port for each part of the demo. */
export type DemoPorts = Record<PortName, number>

/** How a message names the settings of a port. */
export const portSetting = (name: PortName): string => `--${PORTS[name].option} or ${PORTS[name].variable}`

/** What a port is for, in words. */
export const portPurpose = (name: PortName): string => PORTS[name].purpose

/** Names of all ports of the demo. */
export const PORT_NAMES = Object.keys(PORTS) as PortName[]

const parsePort = (name: PortName, text: string | undefined): number => {
  if (text === undefined || text === '') return PORTS[name].standard
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65_535) return port
  throw new SetupError(`${portSetting(name)} has to be a port number between 1 and 65535, not "${text}".`)
}

/** Reads the command line, then the environment for what it does not say; throws a SetupError for what it cannot read. */
export const parseOptions = (args: string[], environment: NodeJS.ProcessEnv): DemoOptions => {
  const flag = { type: 'boolean', default: false } as const
  const port = { type: 'string' } as const
  const read = (): ReturnType<typeof parseFlags> => {
    try {
      return parseFlags()
    } catch (error) {
      throw new SetupError(`${error instanceof Error ? error.message : String(error)}; see --help.`)
    }
  }
  const parseFlags = () =>
    parseArgs({
      args,
      options: {
        help: { ...flag, short: 'h' },
        tour: flag,
        json: flag,
        fresh: flag,
        port,
        'management-port': port,
        'bridge-port': port,
        'bridge-management-port': port,
        'bridge-operations-port': port,
        'app-port': port,
      },
    }).values
  const values = read()
  const portOf = (name: PortName): number =>
    parsePort(name, values[PORTS[name].option] ?? environment[PORTS[name].variable])
  return {
    help: values.help,
    tour: values.tour,
    json: values.json,
    fresh: values.fresh,
    ports: {
      keycloak: portOf('keycloak'),
      keycloakManagement: portOf('keycloakManagement'),
      bridge: portOf('bridge'),
      bridgeManagement: portOf('bridgeManagement'),
      bridgeOperations: portOf('bridgeOperations'),
      app: portOf('app'),
    },
  }
}

/** The text of --help. */
export const helpText = (): string =>
  [
    'npm run demo -- [options]',
    '',
    'Starts Keycloak with the provider jar, the bridge and a small application on this machine, with a demo realm.',
    'People of the realm wait for approvals and give them; what is printed names them.',
    'Ctrl-C ends all of it; what was fetched, built and enrolled stays in .cache.',
    '',
    '  --tour     a headless browser walks through the whole story and the demo ends: exit code 0 if all of it worked',
    '  --json     with --tour: the result as JSON on standard output, everything else on standard error',
    '  --fresh    forget the users, keys and databases of earlier demos first',
    '  --help     this text',
    '',
    ...PORT_NAMES.map((name) => {
      const { option, variable, standard, purpose } = PORTS[name]
      const left = `  --${option} <number>`
      return `${left.padEnd(37)}${purpose} (${variable}, ${standard})`
    }),
  ].join('\n')
