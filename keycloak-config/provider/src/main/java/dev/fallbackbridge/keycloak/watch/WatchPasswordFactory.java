package dev.fallbackbridge.keycloak.watch;

import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.PasswordFormFactory;
import org.keycloak.models.KeycloakSession;

/** Offers Keycloak's own form with its passkey watched to flows; category and all else are those of Keycloak's own step. */
public class WatchPasswordFactory extends PasswordFormFactory {

  public static final String PROVIDER_ID = "fallback-bridge-watch-password";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Password Form, failures of a passkey watched";
  }

  @Override
  public String getHelpText() {
    return "Validates a password from login form."
        + " A passkey that fails in it is recorded, so that a fallback further down the flow can open.";
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return new WatchPassword(session);
  }
}
