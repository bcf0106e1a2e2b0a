package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.proof.CompletedPasskey;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * A phishing-resistant check that succeeded earlier in this login, beside the one that failed. Nothing is asked of the
 * person but to go on, and Keycloak looks once more whether that check really succeeded.
 */
final class LocalPasskey {

  /** The check as the protocol names it. */
  static final String CHECK = "completed-passkey";

  private LocalPasskey() {}

  /** Whether such a check stands right now. */
  static boolean passes(AuthenticationFlowContext context) {
    return !CompletedPasskey.findAll(context).isEmpty();
  }
}
