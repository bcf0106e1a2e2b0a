package dev.fallbackbridge.keycloak.step;

import dev.fallbackbridge.keycloak.server.ProviderRelease;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request to the bridge: what is asked, and what Keycloak knows about the login it is asked for.
 *
 * <p>The operation is the idempotency key. It stays the same when the request is sent a second time, so that a lost
 * answer costs nothing; only the token's own id and times are new then.
 *
 * @param operation idempotency key of this request of the browser
 * @param action what is asked
 * @param login the claims about the login
 * @param input what the action needs from the browser
 */
public record StepRequest(String operation, StepAction action, Map<String, Object> login, Map<String, Object> input) {

  /** How long a signed request is valid, in seconds. */
  static final int VALID_SECONDS = 60;

  public StepRequest {
    login = Collections.unmodifiableMap(new LinkedHashMap<>(login));
    input = Collections.unmodifiableMap(new LinkedHashMap<>(input));
  }

  /** A request records would print may hold a code. */
  @Override
  public String toString() {
    return "StepRequest[" + action.wireName() + "]";
  }

  /**
   * All claims of one attempt to send it.
   *
   * @param issuer the realm's issuer
   * @param audience the bridge's id
   * @param id single-use id of this attempt
   * @param now epoch seconds
   * @param server version of Keycloak
   */
  public Map<String, Object> claims(String issuer, String audience, String id, long now, String server) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("aud", audience);
    claims.put("jti", id);
    claims.put("iat", now);
    claims.put("exp", now + VALID_SECONDS);
    claims.put("protocol", ProviderRelease.PROTOCOL);
    claims.put("provider", ProviderRelease.VERSION);
    claims.put("server", server);
    claims.put("operation", operation);
    claims.put("action", action.wireName());
    claims.putAll(login);
    claims.put("input", input);
    return claims;
  }
}
