package dev.fallbackbridge.keycloak.proof;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.Constants;
import org.keycloak.models.RealmModel;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.sessions.CommonClientSessionModel.ExecutionStatus;

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

  /**
   * A step that succeeded in this login.
   *
   * @param execution its id
   * @param at epoch milliseconds at which Keycloak accepted it, to the second
   */
  record Success(String execution, long at) {}

  /** The steps of these credential types that succeeded in this login and stand in its list of completed ones. */
  static List<Success> successes(AuthenticationFlowContext context, Set<String> credentialTypes) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    Map<String, Integer> completed =
        AuthenticatorUtils.parseCompletedExecutions(
            login.getUserSessionNotes().get(Constants.AUTHENTICATORS_COMPLETED));
    return enabledSteps(context).stream()
        .filter(step -> login.getExecutionStatus().get(step.getId()) == ExecutionStatus.SUCCESS)
        .filter(step -> completed.get(step.getId()) != null)
        .filter(step -> checksOneOf(context, step, credentialTypes))
        .map(step -> new Success(step.getId(), completed.get(step.getId()) * 1000L))
        .toList();
  }

  private static boolean checksOneOf(
      AuthenticationFlowContext context, AuthenticationExecutionModel step, Set<String> credentialTypes) {
    ProviderFactory<?> factory =
        context
            .getSession()
            .getKeycloakSessionFactory()
            .getProviderFactory(Authenticator.class, step.getAuthenticator());
    return factory instanceof AuthenticatorFactory authenticator
        && authenticator.getReferenceCategory() != null
        && credentialTypes.contains(authenticator.getReferenceCategory());
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
