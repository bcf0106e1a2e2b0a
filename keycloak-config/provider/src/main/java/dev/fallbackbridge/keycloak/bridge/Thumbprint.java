package dev.fallbackbridge.keycloak.bridge;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The RFC 7638 thumbprint of an Ed25519 key (RFC 8037, section 2): SHA-256, base64url without padding. */
final class Thumbprint {

  private Thumbprint() {}

  /**
   * The thumbprint of the public key {@code x}, as it stands in the key's JSON. The caller has made sure that it is
   * base64url, so that nothing in it could end the string.
   */
  static String ofEd25519(String x) {
    String canonical = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }
}
