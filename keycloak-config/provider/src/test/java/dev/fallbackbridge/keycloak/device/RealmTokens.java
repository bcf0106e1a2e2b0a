package dev.fallbackbridge.keycloak.device;

import dev.fallbackbridge.keycloak.login.Stub;
import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.MacSignatureSignerContext;
import org.keycloak.crypto.MacSignatureVerifierContext;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.jose.jws.DefaultTokenManager;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.TokenManager;

/** Keycloak's own code for signed tokens, with the key of one realm. */
final class RealmTokens {

  private RealmTokens() {}

  static TokenManager of(String secret) {
    KeyWrapper key = new KeyWrapper();
    key.setKid("key");
    key.setAlgorithm(Algorithm.HS512);
    key.setSecretKey(new SecretKeySpec(secret.repeat(8).getBytes(StandardCharsets.UTF_8), "HmacSHA512"));
    SignatureProvider signatures =
        Stub.of(SignatureProvider.class)
            .with("signer", arguments -> new MacSignatureSignerContext(key))
            .with("verifier", arguments -> verifier(key))
            .make();
    return new DefaultTokenManager(
        Stub.of(KeycloakSession.class)
            .with("getProvider", arguments -> Algorithm.HS512.equals(arguments[1]) ? signatures : null)
            .make());
  }

  private static MacSignatureVerifierContext verifier(KeyWrapper key) {
    return new MacSignatureVerifierContext(key);
  }
}
