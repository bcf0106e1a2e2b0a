import { approvalRoutes } from './approval-routes.ts'
import { caseRoutes } from './case-routes.ts'
import { chainRoutes } from './chain-routes.ts'
import { evidenceRoutes } from './evidence-routes.ts'
import { reviewRoutes } from './review-routes.ts'
import type { Route } from './route.ts'

/** Every route of a signed-in person. What is not here does not exist. */
export const operationRoutes: readonly Route[] = [
  ...caseRoutes,
  ...approvalRoutes,
  ...evidenceRoutes,
  ...reviewRoutes,
  ...chainRoutes,
]
