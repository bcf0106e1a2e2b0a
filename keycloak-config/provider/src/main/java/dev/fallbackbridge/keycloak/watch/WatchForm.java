package dev.fallbackbridge.keycloak.watch;

import java.util.function.Consumer;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.Authenticator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** One of Keycloak's own forms for a name, with or without a password, which remembers that a passkey in it failed. */
final class WatchForm implements Authenticator {

  private final Authenticator form;
  private final FormPasskey passkey;
  private final Consumer<AuthenticationFlowContext> typed;

  /**
   * @param typed does what was sent without a passkey
   */
  WatchForm(Authenticator form, FormPasskey passkey, Consumer<AuthenticationFlowContext> typed) {
    this.form = form;
    this.passkey = passkey;
    this.typed = typed;
  }

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    form.authenticate(context);
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    passkey.act(context, () -> typed.accept(context));
  }

  @Override
  public boolean requiresUser() {
    return form.requiresUser();
  }

  @Override
  public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
    return form.configuredFor(session, realm, user);
  }

  @Override
  public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
    form.setRequiredActions(session, realm, user);
  }

  @Override
  public void close() {
    form.close();
  }
}
