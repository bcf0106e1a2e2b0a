package dev.fallbackbridge.keycloak.watch;

import dev.fallbackbridge.keycloak.proof.BiometricOnly;
import java.util.function.BiConsumer;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.FlowStatus;
import org.keycloak.common.util.Time;
import org.keycloak.models.UserModel;
import org.keycloak.models.credential.WebAuthnCredentialModel;
import org.keycloak.sessions.AuthenticationSessionModel;

/**
 * Failures of a passkey in a form that also takes a name or a password. Mostly nobody is known by then: such a failure
 * waits in the login, and belongs to whoever goes on by that very form without a passkey, if they own one.
 *
 * <p>It proves no more than any other failure: it is text of a browser. It opens nothing before the form itself has
 * succeeded, and nothing for somebody who has no passkey that could have failed.
 */
final class FormFailures {

  private static final String WAITING = "fallback-bridge.form-failure.";
  /** Stands for a user in a waiting note, which is never read as anybody's. */
  private static final String NOBODY_YET = "nobody-yet";

  private static final String CREDENTIAL_TYPE = WebAuthnCredentialModel.TYPE_PASSWORDLESS;

  private FormFailures() {}

  /** Keeps a failure for whom it belongs to, and tells what the event shall say of it, by name and value. */
  static void record(
      AuthenticationFlowContext context,
      String errorCase,
      String raw,
      String unsupportedMessage,
      BiConsumer<String, String> tell) {
    AuthenticationSessionModel login = context.getAuthenticationSession();
    String execution = context.getExecution().getId();
    FailureClass failureClass = FailureClassifier.classify(errorCase, raw, unsupportedMessage);
    String detail = HostileText.tame(raw);
    long at = Time.currentTimeMillis();
    UserModel user = context.getUser();
    int count;
    if (user == null) {
      RecordedFailure before = waiting(login, execution);
      count = before == null ? 1 : before.count() + 1;
      RecordedFailure failure =
          new RecordedFailure(NOBODY_YET, execution, failureClass, detail, at, count, CREDENTIAL_TYPE);
      login.setAuthNote(WAITING + execution, failure.toNote());
    } else if (mayFail(context, user)) {
      count =
          FailureNotes.add(login, execution, user.getId(), failureClass, detail, at, CREDENTIAL_TYPE).count();
    } else {
      return;
    }
    tell.accept("fallback_failure_class", failureClass.wireName());
    tell.accept("fallback_failure_count", Integer.toString(count));
  }

  /** After the form was sent without a passkey: what waited belongs to the user whom it has found, or to nobody. */
  static void settle(AuthenticationFlowContext context) {
    if (context.getStatus() != FlowStatus.SUCCESS || context.getUser() == null) {
      return;
    }
    AuthenticationSessionModel login = context.getAuthenticationSession();
    String execution = context.getExecution().getId();
    RecordedFailure failure = waiting(login, execution);
    if (failure == null) {
      return;
    }
    login.removeAuthNote(WAITING + execution);
    if (mayFail(context, context.getUser())) {
      FailureNotes.put(login, failure.of(context.getUser().getId()));
    }
  }

  /** A passkey that was accepted leaves no failure, and makes the browser known. */
  static void succeeded(AuthenticationFlowContext context) {
    context.getAuthenticationSession().removeAuthNote(WAITING + context.getExecution().getId());
    FailureWatch.succeeded(context);
  }

  /** Whether this user has a passkey to fail with, in a login that a fallback may end. */
  private static boolean mayFail(AuthenticationFlowContext context, UserModel user) {
    return user.credentialManager().isConfiguredFor(CREDENTIAL_TYPE)
        && !BiometricOnly.applies(context.getSession(), context.getAuthenticationSession());
  }

  private static RecordedFailure waiting(AuthenticationSessionModel login, String execution) {
    return RecordedFailure.ofNote(login.getAuthNote(WAITING + execution))
        .filter(failure -> failure.execution().equals(execution))
        .orElse(null);
  }
}
