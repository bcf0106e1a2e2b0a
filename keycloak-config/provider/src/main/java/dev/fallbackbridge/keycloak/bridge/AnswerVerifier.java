package dev.fallbackbridge.keycloak.bridge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fallbackbridge.keycloak.server.ProviderRelease;
import dev.fallbackbridge.keycloak.step.StepAnswer;
import dev.fallbackbridge.keycloak.step.StepOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Decides whether bytes from the network are the bridge's answer to the request just made. All of it must hold: key,
 * type, addressee, request, time, version, kind and claims; one doubt and there is no answer.
 */
public final class AnswerVerifier {

  static final int LEEWAY_SECONDS = 5;
  static final int LONGEST_SECONDS = 60;

  private static final String TYPE = "fallback-answer+jwt";
  private static final Set<String> ALGORITHMS = Set.of("EdDSA", "Ed25519");

  /** Duplicate names would let two readers see two answers. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final LongSupplier clock;

  /**
   * What the answer has to be about.
   *
   * @param bridgeId who must have issued it
   * @param audience the realm's issuer, exactly
   * @param request {@code jti} of the request
   * @param thumbprints the keys that may have signed it
   */
  public record Expected(String bridgeId, String audience, String request, Set<String> thumbprints) {}

  /** @param clock the time in epoch seconds */
  public AnswerVerifier(LongSupplier clock) {
    this.clock = clock;
  }

  /** The answer, or the first reason why it is none. */
  public StepOutcome verify(String compact, Expected expected) {
    String[] parts = compact == null ? new String[0] : compact.trim().split("\\.", -1);
    if (parts.length != 3) {
      return unavailable(UnavailableReason.MALFORMED);
    }
    JsonNode header;
    JsonNode claims;
    byte[] signature;
    try {
      header = object(parts[0]);
      claims = object(parts[1]);
      signature = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IOException | IllegalArgumentException malformed) {
      return unavailable(UnavailableReason.MALFORMED);
    }
    byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    return headerProblem(header, signed, signature, expected.thumbprints)
        .or(() -> claimsProblem(claims, expected))
        .<StepOutcome>map(AnswerVerifier::unavailable)
        .orElseGet(() -> StepAnswer.parse(claims));
  }

  private static Optional<UnavailableReason> headerProblem(
      JsonNode header, byte[] signed, byte[] signature, Set<String> thumbprints) {
    boolean known =
        ALGORITHMS.contains(header.path("alg").asText())
            && header.path("typ").asText().equals(TYPE)
            && !header.has("crit");
    if (!known) {
      return Optional.of(UnavailableReason.HEADER);
    }
    Optional<Ed25519Key> key = Ed25519Key.ofJwk(header.path("jwk"));
    if (key.isEmpty() || !thumbprints.contains(key.get().thumbprint())) {
      return Optional.of(UnavailableReason.UNKNOWN_KEY);
    }
    return key.get().signed(signed, signature) ? Optional.empty() : Optional.of(UnavailableReason.SIGNATURE);
  }

  private Optional<UnavailableReason> claimsProblem(JsonNode claims, Expected expected) {
    if (!isText(claims.path("iss"), expected.bridgeId)) {
      return Optional.of(UnavailableReason.ISSUER);
    }
    if (!isText(claims.path("aud"), expected.audience)) {
      return Optional.of(UnavailableReason.AUDIENCE);
    }
    if (!isText(claims.path("in_reply_to"), expected.request)) {
      return Optional.of(UnavailableReason.REPLY);
    }
    if (!isCurrent(claims.path("iat"), claims.path("exp"))) {
      return Optional.of(UnavailableReason.TIMES);
    }
    JsonNode protocol = claims.path("protocol");
    if (!protocol.isIntegralNumber() || protocol.asLong() != ProviderRelease.PROTOCOL) {
      return Optional.of(UnavailableReason.PROTOCOL);
    }
    return Optional.empty();
  }

  private boolean isCurrent(JsonNode issuedAt, JsonNode expires) {
    if (!issuedAt.isIntegralNumber() || !issuedAt.canConvertToLong()) {
      return false;
    }
    if (!expires.isIntegralNumber() || !expires.canConvertToLong()) {
      return false;
    }
    long now = clock.getAsLong();
    long from = issuedAt.asLong();
    long until = expires.asLong();
    // Compared before they are subtracted, so that no value can overflow into the allowed range.
    return from >= 0
        && from <= now + LEEWAY_SECONDS
        && until > now - LEEWAY_SECONDS
        && until >= from
        && until - from <= LONGEST_SECONDS;
  }

  private static JsonNode object(String part) throws IOException {
    JsonNode read = JSON.readTree(Base64.getUrlDecoder().decode(part));
    if (read == null || !read.isObject()) {
      throw new IOException("not an object");
    }
    return read;
  }

  private static boolean isText(JsonNode claim, String expected) {
    return claim.isTextual() && claim.textValue().equals(expected);
  }

  private static StepOutcome unavailable(UnavailableReason reason) {
    return new StepOutcome.Unavailable(reason);
  }
}
