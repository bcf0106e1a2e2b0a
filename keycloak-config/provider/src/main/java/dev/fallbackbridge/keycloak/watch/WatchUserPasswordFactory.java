package dev.fallbackbridge.keycloak.watch;

import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.UsernamePasswordForm;
import org.keycloak.authentication.authenticators.browser.UsernamePasswordFormFactory;
import org.keycloak.models.KeycloakSession;

/** Offers Keycloak's own form with its passkey watched to flows; category and all else are those of Keycloak's own step. */
public class WatchUserPasswordFactory extends UsernamePasswordFormFactory {

  public static final String PROVIDER_ID = "fallback-bridge-watch-user-password";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Username Password Form, failures of a passkey watched";
  }

  @Override
  public String getHelpText() {
    return "Validates a username and password from login form."
        + " A passkey that fails in it is recorded, so that a fallback further down the flow can open.";
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    UsernamePasswordForm form = new UsernamePasswordForm(session);
    return new WatchForm(
        form,
        new FormPasskey(session, context -> context.form().createLoginUsernamePassword()),
        form::action);
  }
}
