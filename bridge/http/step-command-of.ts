import type { StepAction, StepCommand, StepContext } from '../app/step-command.ts'
import type { OwnedFactor } from '../domain/factor.ts'
import { asId, type RealmName } from '../domain/ids.ts'
import type { StepRequest } from './contract/step-request.ts'

/** Translates a verified request into the command of a use case; `realm` comes from the signature, not from a claim. */
export const stepCommandOf = (realm: RealmName, request: StepRequest): StepCommand => {
  const { failure } = request
  const context: StepContext = {
    binding: {
      realm,
      user: asId(request.sub),
      session: request.sid,
      tab: request.tab,
      client: request.client,
      execution: request.execution,
    },
    jti: request.jti,
    sentAt: request.iat * 1000,
    expiresAt: request.exp * 1000,
    operation: request.operation,
    failure:
      failure === undefined
        ? undefined
        : {
            class: failure.class,
            at: failure.at,
            count: failure.count,
            credentialType: failure.credentialType,
            detail: failure.detail,
          },
    firstFactor: request.firstFactor,
    factors: request.factors.map(ownedFactorOf),
    requestedAcr: request.requestedAcr,
    // What an older jar does not send is missing; only a level that nobody requires is 0.
    subject: { roles: request.subject?.roles, groups: request.subject?.groups },
    requiredLevel: request.requiredLevel ?? 0,
    completed: request.completed ?? [],
    device: request.device?.state,
    agent: request.agent ?? {},
    authenticators: request.authenticators ?? [],
    ip: request.ip,
    provider: request.provider,
    server: request.server,
  }
  return { ...context, ...actionOf(request) }
}

const ownedFactorOf = (factor: StepRequest['factors'][number]): OwnedFactor => {
  const age = factor.createdAt === undefined ? {} : { createdAt: factor.createdAt }
  return factor.type === 'bridge-totp'
    ? { type: factor.type, handle: asId(factor.handle), ...age }
    : { type: factor.type, ...age }
}

const actionOf = (request: StepRequest): StepAction => {
  switch (request.action) {
    case 'begin':
    case 'poll':
    case 'cancel':
      return { action: request.action }
    case 'choose': {
      const { path } = request.input
      return { action: 'choose', path: path === undefined ? undefined : asId(path) }
    }
    case 'submit':
      return { action: 'submit', code: request.input.code }
    case 'report':
      return { action: 'report', attempt: request.input.attempt, passed: request.input.result === 'passed' }
    case 'begin_enrolment':
      return { action: 'begin_enrolment', label: request.input.label, issuer: request.input.issuer }
    case 'confirm_enrolment': {
      const { factor, code, label, issuer } = request.input
      return { action: 'confirm_enrolment', factor: asId(factor), code, label, issuer }
    }
  }
}
