import { describe, test } from 'node:test'
import { type Refusal, refuses } from './standard-document.ts'

const names: readonly Refusal[] = [
  {
    why: 'a rule for a profile that is not there',
    changes: [['profile: privileged\n', 'profile: remote\n']],
    code: 'unknown_profile',
    mark: 'profile: remote',
    sentence: /^rules\[0\]\.profile must be a profile of this document: standard, privileged/,
  },
  {
    why: 'authority over a profile that is not there',
    changes: [['profiles: [standard], tiers', 'profiles: [outage], tiers']],
    code: 'unknown_profile',
    mark: 'profiles: [outage]',
    sentence: /^authority\[0\]\.profiles\[0\]/,
  },
  {
    why: 'a profile with a path that is not there',
    changes: [['paths: [password-bridge-totp]\n', 'paths: [carrier-pigeon]\n']],
    code: 'unknown_path',
    mark: 'carrier-pigeon',
    sentence: /password-bridge-totp, password-keycloak-otp/,
  },
  {
    why: 'evidence that is not there',
    changes: [['evidence: reason-and-reference', 'evidence: reasons']],
    code: 'unknown_evidence',
    mark: 'evidence: reasons',
    sentence: /must be an evidence schema of this document: reason-and-reference/,
  },
  {
    why: 'evidence that nobody asks for',
    changes: [['evidence:\n', 'evidence:\n  spare:\n    - { id: a, kind: text, required: true, why: w }\n']],
    code: 'unused_evidence',
    mark: '  spare:',
    sentence: /must be asked for by a profile/,
  },
  {
    why: 'a profile that no rule chooses',
    changes: [['profile: privileged\n', 'profile: standard\n']],
    code: 'unused_profile',
    mark: '  privileged:\n',
    sentence: /^profiles\.privileged must be chosen by a rule/,
  },
  {
    why: 'a path that no profile lists',
    changes: [['paths: [password-bridge-totp, password-keycloak-otp]', 'paths: [password-bridge-totp]']],
    code: 'unused_path',
    mark: 'id: password-keycloak-otp',
    sentence: /^paths\[1\] must be listed by a profile/,
  },
  {
    why: 'no standard profile',
    changes: [['  standard:\n', '  remote:\n']],
    code: 'standard_missing',
    mark: 'profiles:\n',
    sentence: /^profiles must have a profile "standard"/,
  },
  {
    why: 'a rule name twice',
    changes: [['name: everybody else', 'name: administrators']],
    code: 'duplicate_name',
    mark: 'name: administrators\n    when: { always',
    sentence: /"administrators" stands twice/,
  },
  {
    why: 'a path id twice',
    changes: [['id: password-keycloak-otp', 'id: password-bridge-totp']],
    code: 'duplicate_name',
    mark: 'id: password-bridge-totp\n    title: Password and Keycloak',
    sentence: /^paths\[1\]\.id/,
  },
  {
    why: 'a risk factor id twice',
    changes: [['id: disputed-lately', 'id: unknown-cause']],
    code: 'duplicate_name',
    mark: 'id: unknown-cause\n      group: failure',
    sentence: /^risk\.factors\[6\]\.id/,
  },
  {
    why: 'an evidence id twice',
    changes: [['id: ticket', 'id: reason']],
    code: 'duplicate_name',
    mark: 'id: reason, kind: reference',
    sentence: /^evidence\.reason-and-reference\[1\]\.id/,
  },
  {
    why: 'a test name twice',
    changes: [['name: in the evening the session is an hour', 'name: an administrator never helps himself']],
    code: 'duplicate_name',
    mark: 'name: an administrator never helps himself\n    facts: { groups',
    sentence: /^tests\[7\]\.name/,
  },
  {
    why: 'a group of approvers twice',
    changes: [
      [
        '{ group: /security-analysts, count: 1 }, { group: /service-desk-leads',
        '{ group: /service-desk-leads, count: 1 }, { group: /service-desk-leads',
      ],
    ],
    code: 'duplicate_name',
    mark: 'approvals: [{ group: /service-desk-leads, count: 1 }, {',
    sentence: /approvals\[1\]\.group/,
  },
  {
    why: 'R10: an owner who is his own deputy',
    changes: [['deputy: policy-deputy\nreviewBy', 'deputy: policy-owner\nreviewBy']],
    code: 'same_person',
    mark: 'deputy: policy-owner',
    sentence: /^deputy must be somebody else than the owner, policy-owner/,
  },
  {
    why: 'R10: a profile’s owner who is his own deputy',
    changes: [
      [
        '    owner: policy-owner\n    deputy: policy-deputy\n    reviewBy',
        '    owner: policy-deputy\n    deputy: policy-deputy\n    reviewBy',
      ],
    ],
    code: 'same_person',
    mark: '    deputy: policy-deputy',
    sentence: /^profiles\.standard\.deputy/,
  },
  {
    why: 'R10: a path’s owner who is his own deputy',
    changes: [
      [
        '    owner: policy-owner\n    deputy: policy-deputy\n    allOf',
        '    owner: policy-owner\n    deputy: policy-owner\n    allOf',
      ],
    ],
    code: 'same_person',
    mark: '    deputy: policy-owner\n',
    sentence: /^paths\[0\]\.deputy/,
  },
  {
    why: 'a test about an owner that is not named',
    changes: [['facts: { requiredLevel: 4 }', 'facts: { owners: { nobody: disabled } }']],
    code: 'unknown_owner',
    mark: 'nobody: disabled',
    sentence: /policy-owner, policy-deputy/,
  },
  {
    why: 'hours that end before they begin',
    changes: [['to: "19:00"', 'to: "07:00"']],
    code: 'hours_empty',
    mark: 'hours:',
    sentence: /^hours\.to must be later than "from" \(07:00\)/,
  },
]

describe('a policy whose names contradict each other is refused', () => {
  for (const refusal of names) test(refusal.why, () => refuses(refusal))
})
