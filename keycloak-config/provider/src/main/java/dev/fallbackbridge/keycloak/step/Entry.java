package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.proof.BiometricOnly;
import dev.fallbackbridge.keycloak.proof.FailureProof;
import dev.fallbackbridge.keycloak.proof.FirstFactor;
import dev.fallbackbridge.keycloak.watch.RecordedFailure;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.events.Errors;

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

  /** Looks at the login as it stands. */
  static Entry of(AuthenticationFlowContext context) {
    String locked = AuthenticatorUtils.getDisabledByBruteForceEventError(context, context.getUser());
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
