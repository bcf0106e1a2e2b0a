package dev.fallbackbridge.keycloak.watch;

import dev.fallbackbridge.keycloak.device.DeviceCookie;
import dev.fallbackbridge.keycloak.proof.BiometricOnly;
import dev.fallbackbridge.keycloak.proof.PasskeyLogin;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.keycloak.WebAuthnConstants;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.common.util.Time;
import org.keycloak.events.Details;
import org.keycloak.events.Errors;
import org.keycloak.events.EventBuilder;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.UserModel;

/**
 * What both watch steps add to Keycloak's own WebAuthn steps: every failure is recorded for this user and this
 * execution, stands in the event log, and leads on as configured.
 *
 * <p>The browser's text reaches notes, events and log only in its tamed form.
 */
final class FailureWatch {

  /** Field of the error page by which the person leaves for the next step of the flow. */
  static final String LEAVE_FIELD = "leave";

  private static final Map<String, String> EVENT_ERRORS =
      Map.of(
          "webauthn-error-api-get", Errors.NOT_ALLOWED,
          "webauthn-error-different-user", Errors.DIFFERENT_USER_AUTHENTICATED,
          "webauthn-error-user-not-found", Errors.USER_NOT_FOUND);

  private FailureWatch() {}

  /** Keycloak's own answer to a failure: its event and its error page. */
  @FunctionalInterface
  interface StockAnswer {
    void give(AuthenticationFlowContext context, String errorCase, String text);
  }

  /**
   * Records a failure and goes on or stays, as configured. Without an identified user nothing is recorded for anybody
   * and Keycloak answers as ever.
   */
  static void failed(
      AuthenticationFlowContext context, String credentialType, String errorCase, String raw, StockAnswer stock) {
    String detail = HostileText.tame(raw);
    UserModel user = context.getUser();
    if (user == null) {
      stock.give(context, errorCase, detail);
      return;
    }
    FailureClass failureClass = FailureClassifier.classify(errorCase, raw, unsupportedMessage(context, errorCase, raw));
    RecordedFailure failure =
        FailureNotes.add(
            context.getAuthenticationSession(),
            context.getExecution().getId(),
            user.getId(),
            failureClass,
            detail,
            Time.currentTimeMillis(),
            credentialType);
    if (staysOnFailure(context)) {
      describe(context.getEvent(), failure).user(user);
      stock.give(context, errorCase, detail);
      return;
    }
    emit(context, failure, errorCase);
    context.attempted();
  }

  /** Whether the posted form asks to leave the failed check, and a recorded failure allows it. */
  static boolean wantsToLeave(AuthenticationFlowContext context) {
    return context.getHttpRequest().getDecodedFormParameters().containsKey(LEAVE_FIELD) && mayLeave(context);
  }

  /** Whether this user's failure of this execution is on record, and this login is one that may go on without it. */
  static boolean mayLeave(AuthenticationFlowContext context) {
    return context.getUser() != null
        && !isBiometricOnly(context)
        && FailureNotes.find(
                context.getAuthenticationSession(), context.getExecution().getId(), context.getUser().getId())
            .isPresent();
  }

  /** A check that succeeded leaves no failure that a later step could build on, is told, and makes the browser known. */
  static void succeeded(AuthenticationFlowContext context) {
    FailureNotes.clear(context.getAuthenticationSession(), context.getExecution().getId());
    PasskeyLogin.passed(context.getAuthenticationSession(), context.getUser(), context.getEvent()::detail);
    DeviceCookie.remember(context.getSession(), context.getRealm(), context.getUser());
  }

  /** The error page of an identified user: what happened, once more, or another way where one may be taken. */
  static Response errorPage(AuthenticationFlowContext context, String errorCase) {
    return context
        .form()
        .setError(errorCase, "")
        .setAttribute("fallbackBridgeMayLeave", mayLeave(context))
        .setAttribute("fallbackBridgeExecution", context.getExecution().getId())
        .createForm("fallback-bridge-watch-failed.ftl");
  }

  private static boolean staysOnFailure(AuthenticationFlowContext context) {
    AuthenticatorConfigModel config = context.getAuthenticatorConfig();
    Map<String, String> settings = config == null || config.getConfig() == null ? Map.of() : config.getConfig();
    return WatchConfig.STAY.equals(settings.get(WatchConfig.ON_FAILURE)) || isBiometricOnly(context);
  }

  /** To go on would lead into a dead end, so that the person stays where the check can be tried again. */
  private static boolean isBiometricOnly(AuthenticationFlowContext context) {
    return BiometricOnly.applies(context.getSession(), context.getAuthenticationSession());
  }

  /** Moving on emits no event by itself, and the failure must not be missing from the log. */
  private static void emit(AuthenticationFlowContext context, RecordedFailure failure, String errorCase) {
    EventBuilder event = describe(context.getEvent().clone(), failure);
    event.user(context.getUser()).detail("web_authn_authentication_error", errorCase);
    event.detail("web_authn_authentication_error_detail", failure.detail());
    event.error(EVENT_ERRORS.getOrDefault(errorCase, Errors.INVALID_USER_CREDENTIALS));
    context
        .getEvent()
        .removeDetail(Details.CREDENTIAL_TYPE)
        .removeDetail(WebAuthnConstants.FIRST_AUTHENTICATED_USER_ID)
        .removeDetail(WebAuthnConstants.AUTHENTICATED_USER_ID)
        .removeDetail(WebAuthnConstants.PUBKEY_CRED_ID_ATTR);
  }

  private static EventBuilder describe(EventBuilder event, RecordedFailure failure) {
    return event
        .detail("fallback_failure_class", failure.failureClass().wireName())
        .detail("fallback_failure_count", Integer.toString(failure.count()));
  }

  private static String unsupportedMessage(AuthenticationFlowContext context, String errorCase, String raw) {
    boolean fromBrowser = FailureClassifier.BROWSER_ERROR.equals(errorCase) && raw != null;
    return fromBrowser ? context.form().getMessage("webauthn-unsupported-browser-text") : null;
  }
}
