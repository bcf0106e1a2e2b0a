package dev.fallbackbridge.keycloak.proof;

import dev.fallbackbridge.keycloak.watch.FailureNotes;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.models.credential.WebAuthnCredentialModel;

/**
 * A WebAuthn check that this user passed in this very login, by another step than the one that failed: Keycloak's own
 * steps or the watched ones, as a second factor or without a password.
 *
 * @param at epoch milliseconds at which Keycloak accepted it, to the second
 */
public record CompletedPasskey(long at) {

  private static final Set<String> WEB_AUTHN =
      Set.of(WebAuthnCredentialModel.TYPE_TWOFACTOR, WebAuthnCredentialModel.TYPE_PASSWORDLESS);

  /** The checks passed, the latest first. A step with a failure of this user on record is none of them. */
  public static List<CompletedPasskey> findAll(AuthenticationFlowContext context) {
    if (context.getUser() == null) {
      return List.of();
    }
    return LoginFlow.successes(context, WEB_AUTHN).stream()
        .filter(step -> !hasFailed(context, step.execution()))
        .map(step -> new CompletedPasskey(step.at()))
        .sorted(Comparator.comparingLong(CompletedPasskey::at).reversed())
        .toList();
  }

  private static boolean hasFailed(AuthenticationFlowContext context, String execution) {
    return FailureNotes.find(context.getAuthenticationSession(), execution, context.getUser().getId()).isPresent();
  }
}
