package dev.fallbackbridge.keycloak.watch;

import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.browser.UsernamePasswordForm;
import org.keycloak.forms.login.LoginFormsProvider;

/**
 * Keycloak's password form without the passkey that a realm may allow in it: behind a failure the password itself is
 * asked for, and a passkey in its place would leave the fallback without a first factor.
 */
final class PasswordOnly extends UsernamePasswordForm {

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    context.challenge(context.form().createLoginPassword());
  }

  @Override
  protected boolean validateForm(AuthenticationFlowContext context, MultivaluedMap<String, String> sent) {
    return validatePassword(context, context.getUser(), sent, false);
  }

  @Override
  protected Response createLoginForm(LoginFormsProvider form) {
    return form.createLoginPassword();
  }

  @Override
  protected String getDefaultChallengeMessage(AuthenticationFlowContext context) {
    return "invalidPasswordMessage";
  }

  @Override
  public boolean requiresUser() {
    return true;
  }
}
