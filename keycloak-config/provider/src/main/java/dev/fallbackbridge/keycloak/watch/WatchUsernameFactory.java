package dev.fallbackbridge.keycloak.watch;

import jakarta.ws.rs.core.MultivaluedMap;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.browser.UsernameForm;
import org.keycloak.authentication.authenticators.browser.UsernameFormFactory;
import org.keycloak.models.KeycloakSession;

/** Offers Keycloak's own form with its passkey watched to flows; category and all else are those of Keycloak's own step. */
public class WatchUsernameFactory extends UsernameFormFactory {

  public static final String PROVIDER_ID = "fallback-bridge-watch-username";

  @Override
  public String getId() {
    return PROVIDER_ID;
  }

  @Override
  public String getDisplayType() {
    return "Username Form, failures of a passkey watched";
  }

  @Override
  public String getHelpText() {
    return "Selects a user from his username."
        + " A passkey that fails in it is recorded, so that a fallback further down the flow can open.";
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    UsernameForm form = new UsernameForm(session);
    return new WatchForm(
        form,
        new FormPasskey(session, context -> context.form().createLoginUsername()),
        context -> takeName(form, context));
  }

  /** Keycloak's own form calls a name alone a password, and whoever came in by a passkey after it would have given one. */
  private static void takeName(UsernameForm form, AuthenticationFlowContext context) {
    MultivaluedMap<String, String> sent = context.getHttpRequest().getDecodedFormParameters();
    if (sent.containsKey("cancel")) {
      context.cancelLogin();
    } else if (form.validateUser(context, sent)) {
      context.success();
    }
  }
}
