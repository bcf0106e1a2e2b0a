package dev.fallbackbridge.keycloak.condition;

import dev.fallbackbridge.keycloak.proof.FailureProof;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/** True only after a watch step of this login and this user recorded a failure. */
final class FailedCondition implements ConditionalAuthenticator {

  static final FailedCondition SINGLETON = new FailedCondition();

  private FailedCondition() {}

  @Override
  public boolean matchCondition(AuthenticationFlowContext context) {
    return FailureProof.find(context).isPresent();
  }

  @Override
  public void action(AuthenticationFlowContext context) {
    // Conditions are never shown.
  }

  @Override
  public boolean requiresUser() {
    return true;
  }

  @Override
  public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {
    // Nothing to set up.
  }

  @Override
  public void close() {
    // Nothing held.
  }
}
