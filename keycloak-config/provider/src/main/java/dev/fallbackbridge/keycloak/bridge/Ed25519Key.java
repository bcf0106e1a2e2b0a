package dev.fallbackbridge.keycloak.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A public Ed25519 key out of an answer's header.
 *
 * @param thumbprint its RFC 7638 thumbprint
 * @param key the key
 */
record Ed25519Key(String thumbprint, PublicKey key) {

  /** What stands before the 32 bytes of every Ed25519 key in its X.509 form. */
  private static final byte[] X509_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

  private static final Pattern X = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** The key of a JWK; empty when it is not exactly a public Ed25519 key. */
  static Optional<Ed25519Key> ofJwk(JsonNode jwk) {
    String x = jwk.path("x").asText();
    boolean fits =
        jwk.path("kty").asText().equals("OKP")
            && jwk.path("crv").asText().equals("Ed25519")
            && jwk.path("x").isTextual()
            && X.matcher(x).matches()
            && !jwk.has("d");
    if (!fits) {
      return Optional.empty();
    }
    try {
      byte[] point = Base64.getUrlDecoder().decode(x);
      byte[] encoded = new byte[X509_HEAD.length + point.length];
      System.arraycopy(X509_HEAD, 0, encoded, 0, X509_HEAD.length);
      System.arraycopy(point, 0, encoded, X509_HEAD.length, point.length);
      PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      return Optional.of(new Ed25519Key(Thumbprint.ofEd25519(x), key));
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      return Optional.empty();
    }
  }

  /** Whether this key signed these bytes; anything irregular is a no. */
  boolean signed(byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException irregular) {
      return false;
    }
  }
}
