package dev.fallbackbridge.keycloak.proof;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticatorUtil;
import org.keycloak.models.credential.PasswordCredentialModel;

/**
 * The password check of this login: without one, a code alone would be the whole proof of who somebody is.
 *
 * @param at epoch milliseconds at which Keycloak accepted it, to the second
 */
public record FirstFactor(long at) {

  private static final Set<String> PASSWORD = Set.of(PasswordCredentialModel.TYPE);

  /**
   * The password step of this flow that succeeded in this login; empty when there is none. The step's success alone is
   * not enough: Keycloak's password form also succeeds by a passkey, so that its note about the password must stand.
   */
  public static Optional<FirstFactor> find(AuthenticationFlowContext context) {
    if (!AuthenticatorUtil.isPasswordValidated(context.getAuthenticationSession())) {
      return Optional.empty();
    }
    return LoginFlow.successes(context, PASSWORD).stream()
        .map(LoginFlow.Success::at)
        .max(Comparator.naturalOrder())
        .map(FirstFactor::new);
  }
}
