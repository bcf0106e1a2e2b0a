package dev.fallbackbridge.keycloak.proof;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.authentication.AuthenticatorUtil;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.Constants;
import org.keycloak.models.credential.PasswordCredentialModel;
import org.keycloak.provider.ProviderFactory;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.sessions.CommonClientSessionModel.ExecutionStatus;

/**
 * The password check of this login: without one, a code alone would be the whole proof of who somebody is.
 *
 * @param at epoch milliseconds at which Keycloak accepted it, to the second
 */
public record FirstFactor(long at) {

  /**
   * The password step of this flow that succeeded in this login; empty when there is none. The step's success alone is
   * not enough: Keycloak's password form also succeeds by a passkey, so that its note about the password must stand.
   */
  public static Optional<FirstFactor> find(AuthenticationFlowContext context) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    if (!AuthenticatorUtil.isPasswordValidated(login)) {
      return Optional.empty();
    }
    Map<String, Integer> completed =
        AuthenticatorUtils.parseCompletedExecutions(
            login.getUserSessionNotes().get(Constants.AUTHENTICATORS_COMPLETED));
    return LoginFlow.enabledSteps(context).stream()
        .filter(step -> login.getExecutionStatus().get(step.getId()) == ExecutionStatus.SUCCESS)
        .filter(step -> checksPassword(context, step))
        .map(step -> completed.get(step.getId()))
        .filter(at -> at != null)
        .max(Comparator.naturalOrder())
        .map(at -> new FirstFactor(at * 1000L));
  }

  private static boolean checksPassword(AuthenticationFlowContext context, AuthenticationExecutionModel step) {
    ProviderFactory<?> factory =
        context
            .getSession()
            .getKeycloakSessionFactory()
            .getProviderFactory(Authenticator.class, step.getAuthenticator());
    return factory instanceof AuthenticatorFactory authenticator
        && PasswordCredentialModel.TYPE.equals(authenticator.getReferenceCategory());
  }
}
