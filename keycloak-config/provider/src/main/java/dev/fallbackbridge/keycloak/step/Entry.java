package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.proof.BiometricOnly;
import dev.fallbackbridge.keycloak.proof.FailureProof;
import dev.fallbackbridge.keycloak.proof.FirstFactor;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.common.util.Time;
import org.keycloak.events.Errors;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserLoginFailureModel;

/**
 * Whether the fallback may be entered right now. Derived anew for every request and once more before a login is
 * granted, so that no way of arriving at the step (a link, a button, a forged form) can stand in for the proof.
 */
sealed interface Entry {

  /** Both proofs are there and the user may log in. */
  record Open(RecordedFailure failure, FirstFactor firstFactor) implements Entry {}

  /** The account is switched off or locked; the error is Keycloak's own event error. */
  record Shut(String eventError) implements Entry {}

  /** A proof is missing. */
  record Unproven(DenialReason reason) implements Entry {}

  /** A login for something that only the biometric check may give. */
  record BiometricOnlyLogin() implements Entry {}

  /** Looks at the login as it stands, and takes the user's turn: Keycloak lets one attempt of a user run at a time. */
  static Entry of(AuthenticationFlowContext context) {
    return of(context, AuthenticatorUtils.getDisabledByBruteForceEventError(context, context.getUser()));
  }

  /**
   * The same where nothing can be attempted. Takes no turn: a page that looks every second would else have the password
   * or the code refused that its user types in another window at that moment.
   */
  static Entry whileWaiting(AuthenticationFlowContext context) {
    return of(context, isLocked(context) ? Errors.USER_TEMPORARILY_DISABLED : null);
  }

  private static boolean isLocked(AuthenticationFlowContext context) {
    RealmModel realm = context.getRealm();
    UserLoginFailureModel failures =
        realm.isBruteForceProtected()
            ? context.getSession().loginFailures().getUserLoginFailure(realm, context.getUser().getId())
            : null;
    return failures != null && Time.currentTime() < failures.getFailedLoginNotBefore();
  }

  private static Entry of(AuthenticationFlowContext context, String locked) {
    if (locked != null) {
      return new Shut(locked);
    }
    if (!context.getUser().isEnabled()) {
      return new Shut(Errors.USER_DISABLED);
    }
    if (BiometricOnly.applies(context.getSession(), context.getAuthenticationSession())) {
      return new BiometricOnlyLogin();
    }
    Optional<FirstFactor> firstFactor = FirstFactor.find(context);
    if (firstFactor.isEmpty()) {
      return new Unproven(DenialReason.FIRST_FACTOR_MISSING);
    }
    Optional<RecordedFailure> failure = FailureProof.find(context);
    if (failure.isEmpty()) {
      return new Unproven(DenialReason.FAILURE_MISSING);
    }
    return new Open(failure.get(), firstFactor.get());
  }
}
