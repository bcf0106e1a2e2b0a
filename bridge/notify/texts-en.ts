import type { Texts } from './text-keys.ts'

/** Mails in English, sorted by key. */
export const english: Texts = {
  'approvers_waiting.opening': 'Requests for a fallback login wait for your decision.',
  'approvers_waiting.subject': 'Fallback login: requests wait for a decision',
  'broadcast_break_glass.opening':
    'Somebody used break-glass: a privileged login without the biometric check was opened first and must be ratified afterwards.',
  'broadcast_break_glass.subject': 'Fallback login: break-glass was used',
  'disputed.opening':
    'A person says that a fallback login in their name was not theirs. It was revoked, and the person’s fallback is frozen until somebody looks.',
  'disputed.subject': 'Fallback login: a person says it was not them',
  'fact.at': 'Time',
  'fact.case': 'Case',
  'fact.client': 'Application',
  'fact.count': 'Number',
  'fact.due': 'Decide by',
  'fact.oldest': 'Oldest since',
  'fact.path': 'Way',
  'fact.profile': 'Profile',
  'fact.realm': 'Realm',
  'fact.tier': 'Tier',
  'fact.until': 'Until',
  'fact.user': 'User id',
  'ratification_due.opening':
    'A break-glass login waits to be ratified by your group. If nobody ratifies it in time, it is revoked.',
  'ratification_due.subject': 'Fallback login: a ratification is due',
  'review_due.opening': 'Fallback logins wait to be reviewed by somebody who did not decide about them.',
  'review_due.subject': 'Fallback login: reviews are due',
  'security_issued.opening': 'A privileged person was granted a login without the biometric check.',
  'security_issued.subject': 'Fallback login: a privileged grant was issued',
  'security_used.opening': 'A privileged person signed in without the biometric check.',
  'security_used.subject': 'Fallback login: a privileged grant was used',
  'shared.dispute_desk':
    'Was this not you? Tell your service desk at once, and name the case above. They end the session and close this way in.',
  'shared.dispute_page':
    'Was this not you? Open the page below and type the word below. That ends the session, closes this way in and tells the security team.',
  'shared.footer': 'Sent by the Keycloak Fallback Bridge. Nobody reads answers to this address.',
  'shared.never_asks':
    'Support never asks for a code. Never tell anybody a code, and never type one because somebody asks you to.',
  'shared.open_case':
    'See the case at your own command line, from your own signed-in session: fallback-bridge case show {case}',
  'shared.open_queue': 'See them at your own command line: fallback-bridge case list --waiting',
  'shared.open_queue_page': 'See them at your own command line (fallback-bridge case list --waiting) or at {page}',
  'shared.open_reviews': 'See them at your own command line: fallback-bridge case reviews',
  'shared.open_reviews_page': 'See them at your own command line (fallback-bridge case reviews) or at {page}',
  'shared.revoke': 'If this is not expected, revoke it: fallback-bridge case revoke {case}',
  'subject_denied.opening': 'A request to sign in as you without the biometric check was denied.',
  'subject_denied.subject': 'A fallback login in your name was denied',
  'subject_issued.opening': 'You may sign in without the biometric check for a short time.',
  'subject_issued.subject': 'A fallback login in your name was granted',
  'subject_used.opening': 'You signed in without the biometric check.',
  'subject_used.subject': 'A fallback login in your name took place',
  'verbal_to_confirm.opening':
    'Somebody entered that you approved a fallback login by word of mouth. Confirm it or refuse it yourself; if you do neither in time, it is revoked.',
  'verbal_to_confirm.subject': 'Fallback login: is this your approval?',
}
