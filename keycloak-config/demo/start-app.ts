import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Request, Response } from 'express'
import express from 'express'
import {
  type Application,
  type AuthorizationRequest,
  redeemCode,
  type SignIn,
  startAuthorization,
} from '../browser/authorization-request.ts'
import { DEMO_CLIENTS } from '../realm/realm.ts'
import { claimsPage, welcomePage } from './app-page.ts'

/** The demo application while it runs. */
export type RunningApp = {
  readonly url: string
  stop(): Promise<void>
}

/** One browser, known by its cookie. */
type Visit = {
  request?: AuthorizationRequest
  signIn?: SignIn
}

const ACTIONS = ['fallback-bridge-enrol', 'webauthn-register']
const COOKIE = 'demo_app'

const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/**
 * Starts a small application on the loopback interface: it signs people in by OpenID Connect (authorization code with
 * PKCE) at this realm and shows what the ID token says. It forgets everybody when it stops.
 */
export const startApp = async (port: number, issuer: string): Promise<RunningApp> => {
  const url = `http://localhost:${port}`
  const application: Application = { issuer, clientId: DEMO_CLIENTS.application, redirectUri: `${url}/callback` }
  const visits = new Map<string, Visit>()

  const visitOf = (request: Request): Visit | undefined =>
    visits.get(new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '')

  const startVisit = (response: Response): Visit => {
    const [id, visit] = [randomBytes(24).toString('base64url'), {}]
    visits.set(id, visit)
    response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax' })
    return visit
  }

  const app = express().disable('x-powered-by')
  app.use((_request, response, next) => {
    response.set(HEADERS)
    next()
  })
  app.get('/', (request, response) => {
    const signIn = visitOf(request)?.signIn
    response.send(signIn === undefined ? welcomePage() : claimsPage(signIn.claims))
  })
  app.get('/sign-in', (request, response) => {
    const visit = visitOf(request) ?? startVisit(response)
    const action = ACTIONS.find((known) => known === request.query['action'])
    visit.request = startAuthorization(application, action === undefined ? {} : { action })
    response.redirect(visit.request.url)
  })
  app.get('/callback', async (request, response) => {
    const visit = visitOf(request)
    const expected = visit?.request
    if (visit === undefined || expected === undefined) {
      response.status(400).send(welcomePage('This sign-in was not started here, or is over already.'))
      return
    }
    delete visit.request
    try {
      visit.signIn = await redeemCode(application, expected, `${url}${request.originalUrl}`)
      response.redirect('/')
    } catch (error) {
      response.status(502).send(welcomePage(error instanceof Error ? error.message : 'The sign-in failed.'))
    }
  })
  app.get('/sign-out', (request, response) => {
    const visit = visitOf(request)
    const query = new URLSearchParams({
      client_id: application.clientId,
      post_logout_redirect_uri: `${url}/`,
      ...(visit?.signIn === undefined ? {} : { id_token_hint: visit.signIn.idToken }),
    })
    delete visit?.signIn
    response.redirect(`${issuer}/protocol/openid-connect/logout?${query}`)
  })

  const server = app.listen(port, 'localhost')
  await once(server, 'listening')
  return {
    url,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
