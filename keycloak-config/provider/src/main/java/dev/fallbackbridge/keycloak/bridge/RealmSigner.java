package dev.fallbackbridge.keycloak.bridge;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.keycloak.crypto.Algorithm;
import org.keycloak.crypto.KeyUse;
import org.keycloak.crypto.KeyWrapper;
import org.keycloak.crypto.SignatureProvider;
import org.keycloak.crypto.SignatureSignerContext;
import org.keycloak.jose.jws.JWSBuilder;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;

/**
 * Signs requests with the realm's own active key, so that there is no secret to share with the bridge and the realm's
 * key rotation covers this too.
 */
final class RealmSigner {

  private static final String TYPE = "fallback-step+jwt";

  /** What the bridge accepts; the realm's default comes first when it is one of them. */
  private static final List<String> ALGORITHMS = List.of(Algorithm.RS256, Algorithm.ES256, Algorithm.EdDSA);

  private final SignatureSignerContext signer;

  private RealmSigner(SignatureSignerContext signer) {
    this.signer = signer;
  }

  /** A signer of this realm; empty when it has no active key that the protocol allows. */
  static Optional<RealmSigner> of(KeycloakSession session, RealmModel realm) {
    return Stream.concat(
            Stream.ofNullable(realm.getDefaultSignatureAlgorithm()).filter(ALGORITHMS::contains), ALGORITHMS.stream())
        .filter(algorithm -> hasActiveKey(session, realm, algorithm))
        .findFirst()
        .map(algorithm -> new RealmSigner(session.getProvider(SignatureProvider.class, algorithm).signer()));
  }

  /** The claims as a compact JWS. */
  String sign(Map<String, Object> claims) {
    return new JWSBuilder().type(TYPE).jsonContent(claims).sign(signer);
  }

  private static boolean hasActiveKey(KeycloakSession session, RealmModel realm, String algorithm) {
    return session
        .keys()
        .getKeysStream(realm, KeyUse.SIG, algorithm)
        .anyMatch(key -> key.getStatus().isActive() && key.getPrivateKey() != null && isAllowedCurve(key));
  }

  private static boolean isAllowedCurve(KeyWrapper key) {
    return !Algorithm.EdDSA.equals(key.getAlgorithm()) || Algorithm.Ed25519.equals(key.getCurve());
  }
}
