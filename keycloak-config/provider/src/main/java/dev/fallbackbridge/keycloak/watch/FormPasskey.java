package dev.fallbackbridge.keycloak.watch;

import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.FlowStatus;
import org.keycloak.authentication.authenticators.browser.WebAuthnConditionalUIAuthenticator;
import org.keycloak.models.KeycloakSession;

/** The passkey of Keycloak's forms, which remembers that it failed; the form is shown again with Keycloak's own words. */
final class FormPasskey extends WebAuthnConditionalUIAuthenticator {

  /**
   * @param page shows the form again
   */
  FormPasskey(KeycloakSession session, Function<AuthenticationFlowContext, Response> page) {
    super(session, page);
  }

  /** Does what was posted: the passkey's answer is checked here, all else by Keycloak's own form. */
  void act(AuthenticationFlowContext context, Runnable stockForm) {
    if (!isPosted(context.getHttpRequest().getDecodedFormParameters())) {
      stockForm.run();
      FormFailures.settle(context);
      return;
    }
    action(context);
    if (context.getStatus() == FlowStatus.SUCCESS) {
      FormFailures.succeeded(context);
    }
  }

  /** As Keycloak's forms tell it. */
  private boolean isPosted(MultivaluedMap<String, String> form) {
    return isPasskeysEnabled()
        && !form.containsKey("cancel")
        && (form.containsKey("authenticatorData") || form.containsKey("error"));
  }

  @Override
  protected void setErrorResponse(AuthenticationFlowContext context, String errorCase, String errorMessage) {
    boolean fromBrowser = FailureClassifier.BROWSER_ERROR.equals(errorCase) && errorMessage != null;
    String unsupported = fromBrowser ? context.form().getMessage("webauthn-unsupported-browser-text") : null;
    FormFailures.record(context, errorCase, errorMessage, unsupported, context.getEvent()::detail);
    super.setErrorResponse(context, errorCase, HostileText.tame(errorMessage));
  }
}
