package dev.fallbackbridge.keycloak.watch;

import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.browser.PasswordForm;
import org.keycloak.models.KeycloakSession;

/**
 * Keycloak's password form, which remembers that a passkey in it failed. A subclass, because Keycloak offers a credential's
 * step only to who has that credential, and knows such steps by their type.
 */
public class WatchPassword extends PasswordForm {

  private final FormPasskey passkey;

  public WatchPassword(KeycloakSession session) {
    super(session);
    passkey = new FormPasskey(session, context -> context.form().createLoginPassword());
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    passkey.act(context, () -> super.action(context));
  }
}
