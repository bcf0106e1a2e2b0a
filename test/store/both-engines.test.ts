import { describe } from 'node:test'
import { eachEngine } from '../support/each-engine.ts'
import { caseStories } from './both-engines/case-stories.ts'
import { chainStories } from './both-engines/chain-stories.ts'
import { decisionStories } from './both-engines/decision-stories.ts'
import { durabilityStories } from './both-engines/durability-stories.ts'
import { exportStories } from './both-engines/export-stories.ts'
import { factorStories } from './both-engines/factor-stories.ts'
import { failureStories } from './both-engines/failure-stories.ts'
import { historyStories } from './both-engines/history-stories.ts'
import { jobStories } from './both-engines/job-stories.ts'
import { migrationStories } from './both-engines/migration-stories.ts'
import { outboxStories } from './both-engines/outbox-stories.ts'
import { ownerStories } from './both-engines/owner-stories.ts'
import { peopleGuardStories } from './both-engines/people-guard-stories.ts'
import { peopleStories } from './both-engines/people-stories.ts'
import { policyHistoryStories } from './both-engines/policy-history-stories.ts'
import { policyStories } from './both-engines/policy-stories.ts'
import { requestStories } from './both-engines/request-stories.ts'
import { subjectStories } from './both-engines/subject-stories.ts'
import { unitOfWorkStories } from './both-engines/unit-of-work-stories.ts'

describe('the store', () => {
  eachEngine((engine) => {
    migrationStories(engine)
    unitOfWorkStories(engine)
    subjectStories(engine)
    caseStories(engine)
    historyStories(engine)
    factorStories(engine)
    failureStories(engine)
    requestStories(engine)
    outboxStories(engine)
    jobStories(engine)
    policyStories(engine)
    policyHistoryStories(engine)
    decisionStories(engine)
    durabilityStories(engine)
    ownerStories(engine)
    peopleStories(engine)
    peopleGuardStories(engine)
    chainStories(engine)
    exportStories(engine)
  })
})
