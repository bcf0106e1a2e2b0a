package dev.fallbackbridge.keycloak.watch;

import jakarta.ws.rs.core.Response;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.FlowStatus;
import org.keycloak.authentication.authenticators.browser.WebAuthnAuthenticator;
import org.keycloak.models.KeycloakSession;

/**
 * Keycloak's WebAuthn step as a second factor, which remembers that it failed.
 */
public class WatchTwoFactor extends WebAuthnAuthenticator {

  public WatchTwoFactor(KeycloakSession session) {
    super(session);
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    if (FailureWatch.wantsToLeave(context)) {
      context.attempted();
      return;
    }
    super.action(context);
    if (context.getStatus() == FlowStatus.SUCCESS) {
      FailureWatch.succeeded(context);
    }
  }

  @Override
  protected void setErrorResponse(AuthenticationFlowContext context, String errorCase, String errorMessage) {
    FailureWatch.failed(context, getCredentialType(), errorCase, errorMessage, super::setErrorResponse);
  }

  @Override
  protected Response createErrorResponse(AuthenticationFlowContext context, String errorCase) {
    return context.getUser() == null
        ? super.createErrorResponse(context, errorCase)
        : FailureWatch.errorPage(context, errorCase);
  }
}
