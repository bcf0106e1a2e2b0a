package dev.fallbackbridge.keycloak.proof;

import dev.fallbackbridge.keycloak.watch.FailureNotes;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import dev.fallbackbridge.keycloak.watch.WatchPasskeyFactory;
import dev.fallbackbridge.keycloak.watch.WatchPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchTwoFactorFactory;
import dev.fallbackbridge.keycloak.watch.WatchUserPasswordFactory;
import dev.fallbackbridge.keycloak.watch.WatchUsernameFactory;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * The one place that says whether the biometric check of this login failed. The condition, the start of the fallback
 * and its end all ask here, each time anew.
 */
public final class FailureProof {

  private static final Set<String> WATCH_STEPS =
      Set.of(
          WatchTwoFactorFactory.PROVIDER_ID,
          WatchPasskeyFactory.PROVIDER_ID,
          WatchUserPasswordFactory.PROVIDER_ID,
          WatchUsernameFactory.PROVIDER_ID,
          WatchPasswordFactory.PROVIDER_ID);

  private FailureProof() {}

  /** The latest failure of this user, recorded in this login by a watch step that is active in this very flow. */
  public static Optional<RecordedFailure> find(AuthenticationFlowContext context) {
    if (context.getUser() == null) {
      return Optional.empty();
    }
    return LoginFlow.enabledSteps(context).stream()
        .filter(step -> WATCH_STEPS.contains(step.getAuthenticator()))
        .flatMap(
            step ->
                FailureNotes.find(context.getAuthenticationSession(), step.getId(), context.getUser().getId()).stream())
        .max(Comparator.comparingLong(RecordedFailure::at));
  }
}
