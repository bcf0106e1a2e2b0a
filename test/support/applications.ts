import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import type { FallbackRealm } from './fallback-realm.ts'

/** Adds one more application to the realm, at the same address as the first; `flow` is its own login flow, by alias. */
export const addApplication = async (realm: FallbackRealm, clientId: string, flow?: string): Promise<Application> => {
  const { admin, realm: name } = realm
  const [first] = await admin.clients.find({ realm: name, clientId: realm.application.clientId })
  if (first === undefined) throw new Error('The realm has no application to copy')
  const { id: _id, protocolMappers = [], ...rest } = first
  await admin.clients.create({
    realm: name,
    ...rest,
    clientId,
    protocolMappers: protocolMappers.map(({ id: _mapper, ...mapper }) => mapper),
    authenticationFlowBindingOverrides: flow === undefined ? {} : { browser: await flowId(realm, flow) },
  })
  return { ...realm.application, clientId }
}

const flowId = async ({ admin, realm }: FallbackRealm, alias: string): Promise<string> => {
  const flows = await admin.authenticationManagement.getFlows({ realm })
  const id = flows.find((flow) => flow.alias === alias)?.id
  if (id === undefined) throw new Error(`The realm has no flow "${alias}"`)
  return id
}
