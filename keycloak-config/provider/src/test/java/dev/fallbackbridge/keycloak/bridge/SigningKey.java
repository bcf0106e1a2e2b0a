package dev.fallbackbridge.keycloak.bridge;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** A bridge's key for tests: signs what it is given, however wrong. */
final class SigningKey {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeyPair pair;
  final String x;

  SigningKey() {
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
    byte[] encoded = pair.getPublic().getEncoded();
    x = base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  String thumbprint() {
    return Thumbprint.ofEd25519(x);
  }

  Map<String, Object> jwk() {
    return new LinkedHashMap<>(Map.of("kty", "OKP", "crv", "Ed25519", "x", x));
  }

  Map<String, Object> header() {
    return new LinkedHashMap<>(Map.of("alg", "EdDSA", "typ", "fallback-answer+jwt", "jwk", jwk()));
  }

  String sign(Map<String, Object> header, Map<String, Object> claims) {
    return signText(text(header), text(claims));
  }

  String signText(String header, String claims) {
    try {
      String signed =
          base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String text(Map<String, Object> value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (java.io.IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
