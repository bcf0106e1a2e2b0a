package dev.fallbackbridge.keycloak.bridge;

import java.security.SecureRandom;
import java.util.Base64;

/** Ids nobody can guess: 128 random bits, base64url. */
public final class RandomId {

  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomId() {}

  /** A new id of 22 characters. */
  public static String next() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
