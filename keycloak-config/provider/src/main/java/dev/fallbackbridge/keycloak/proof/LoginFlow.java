package dev.fallbackbridge.keycloak.proof;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.RealmModel;

/**
 * The steps of the flow a login runs through. Notes and statuses of executions outside of it, or switched off in it,
 * prove nothing about this login.
 */
final class LoginFlow {

  private LoginFlow() {}

  /** The steps of the login's top-level flow and its subflows, in order, without anything disabled. */
  static List<AuthenticationExecutionModel> enabledSteps(AuthenticationFlowContext context) {
    List<AuthenticationExecutionModel> steps = new ArrayList<>();
    collect(context.getRealm(), context.getTopLevelFlow().getId(), steps, new HashSet<>());
    return steps;
  }

  private static void collect(
      RealmModel realm, String flowId, List<AuthenticationExecutionModel> steps, Set<String> seen) {
    if (flowId == null || !seen.add(flowId)) {
      return;
    }
    realm
        .getAuthenticationExecutionsStream(flowId)
        .filter(execution -> !execution.isDisabled())
        .forEachOrdered(
            execution -> {
              if (execution.isAuthenticatorFlow()) {
                collect(realm, execution.getFlowId(), steps, seen);
              } else {
                steps.add(execution);
              }
            });
  }
}
