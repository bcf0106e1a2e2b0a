package dev.fallbackbridge.keycloak.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.fallbackbridge.keycloak.step.StepAnswer;
import dev.fallbackbridge.keycloak.step.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("K02 K08 K13: an answer counts only as the bridge's own, to this very request")
class AnswerVerifierTest {

  private static final long NOW = 1_800_000_000L;
  private static final String REALM = "https://login.example/realms/staff";
  private static final String REQUEST = "request-0001";

  private final SigningKey key = new SigningKey();
  private final AnswerVerifier verifier = new AnswerVerifier(() -> NOW);

  @Test
  @DisplayName("a proper answer is read")
  void proper() {
    StepAnswer.Granted granted = assertInstanceOf(StepAnswer.Granted.class, verify(claims -> {}));
    assertEquals(new StepAnswer.Granted("case-1", "own-totp", "standard", "1", List.of("otp"), NOW + 900), granted);
  }

  @Test
  @DisplayName("claims nobody asked for do not disturb")
  void extraClaims() {
    assertInstanceOf(StepAnswer.Granted.class, verify(claims -> claims.put("later", Map.of("a", 1))));
  }

  @Test
  @DisplayName("the algorithm may be called Ed25519 too (RFC 9864)")
  void fullySpecifiedAlgorithm() {
    assertInstanceOf(StepAnswer.Granted.class, verifyHeader(header -> header.put("alg", "Ed25519")));
  }

  @Test
  @DisplayName("either of two pinned keys will do, while the key is being changed")
  void twoKeys() {
    String other = new SigningKey().thumbprint();
    assertInstanceOf(
        StepAnswer.Granted.class,
        verifier.verify(
            key.sign(key.header(), grantedClaims()),
            new AnswerVerifier.Expected("fallback-bridge", REALM, REQUEST, Set.of(other, key.thumbprint()))));
  }

  @ParameterizedTest(name = "alg {0}")
  @ValueSource(strings = {"none", "None", "NONE", "HS256", "RS256", "ES256", "PS256", "Ed448", "eddsa", ""})
  @DisplayName("another algorithm in the header is refused, whatever the signature")
  void otherAlgorithm(String algorithm) {
    assertUnavailable(UnavailableReason.HEADER, verifyHeader(header -> header.put("alg", algorithm)));
  }

  @Test
  @DisplayName("an unsigned answer is refused")
  void unsigned() {
    Map<String, Object> header = key.header();
    header.put("alg", "none");
    String compact = key.sign(header, grantedClaims());
    String stripped = compact.substring(0, compact.lastIndexOf('.') + 1);
    assertUnavailable(UnavailableReason.HEADER, verify(stripped));
    String proper = key.sign(key.header(), grantedClaims());
    assertUnavailable(UnavailableReason.SIGNATURE, verify(proper.substring(0, proper.lastIndexOf('.') + 1)));
  }

  @Test
  @DisplayName("HS256 keyed with the public key is refused")
  void symmetric() throws GeneralSecurityException {
    Map<String, Object> header = key.header();
    header.put("alg", "HS256");
    String compact = key.sign(header, grantedClaims());
    String signed = compact.substring(0, compact.lastIndexOf('.'));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.x.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    String forged = signed + "." + SigningKey.base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    assertUnavailable(UnavailableReason.HEADER, verify(forged));
  }

  @Test
  @DisplayName("another key is refused, also when its own header names it or claims the pinned one")
  void otherKey() {
    SigningKey stranger = new SigningKey();
    assertUnavailable(UnavailableReason.UNKNOWN_KEY, verify(stranger.sign(stranger.header(), grantedClaims())));
    assertUnavailable(UnavailableReason.SIGNATURE, verify(stranger.sign(key.header(), grantedClaims())));
  }

  @Test
  @DisplayName("a key that is not exactly a public Ed25519 key is refused")
  void oddKeys() {
    List<Consumer<Map<String, Object>>> changes =
        List.of(
            jwk -> jwk.remove("x"),
            jwk -> jwk.put("x", key.x + "AA"),
            jwk -> jwk.put("x", key.x.substring(1)),
            jwk -> jwk.put("x", 7),
            jwk -> jwk.put("crv", "X25519"),
            jwk -> jwk.put("crv", "Ed448"),
            jwk -> jwk.put("kty", "EC"),
            jwk -> jwk.put("d", key.x));
    for (Consumer<Map<String, Object>> change : changes) {
      Map<String, Object> jwk = key.jwk();
      change.accept(jwk);
      assertUnavailable(UnavailableReason.UNKNOWN_KEY, verifyHeader(header -> header.put("jwk", jwk)));
    }
    assertUnavailable(UnavailableReason.UNKNOWN_KEY, verifyHeader(header -> header.remove("jwk")));
    assertUnavailable(UnavailableReason.UNKNOWN_KEY, verifyHeader(header -> header.put("jwk", key.x)));
  }

  @Test
  @DisplayName("a token of another type is refused, so that no other token of the bridge can stand in")
  void otherType() {
    assertUnavailable(UnavailableReason.HEADER, verifyHeader(header -> header.put("typ", "JWT")));
    assertUnavailable(UnavailableReason.HEADER, verifyHeader(header -> header.put("typ", "fallback-case-export+jwt")));
    assertUnavailable(UnavailableReason.HEADER, verifyHeader(header -> header.remove("typ")));
    assertUnavailable(UnavailableReason.HEADER, verifyHeader(header -> header.put("crit", List.of("b64"))));
  }

  @Test
  @DisplayName("a flipped claim breaks the signature")
  void flipped() {
    String denied = key.sign(key.header(), Map.of("kind", "denied"));
    String granted = key.sign(key.header(), grantedClaims());
    String[] from = granted.split("\\.");
    String[] onto = denied.split("\\.");
    assertUnavailable(UnavailableReason.SIGNATURE, verify(onto[0] + "." + from[1] + "." + onto[2]));
  }

  @Test
  @DisplayName("the answer to another request is refused")
  void replayed() {
    assertUnavailable(UnavailableReason.REPLY, verify(claims -> claims.put("in_reply_to", "request-0002")));
    assertUnavailable(UnavailableReason.REPLY, verify(claims -> claims.remove("in_reply_to")));
    assertUnavailable(UnavailableReason.REPLY, verify(claims -> claims.put("in_reply_to", List.of(REQUEST))));
  }

  @Test
  @DisplayName("B07: an answer for another realm is refused, also in a list with ours")
  void otherAudience() {
    assertUnavailable(UnavailableReason.AUDIENCE, verify(claims -> claims.put("aud", REALM + "2")));
    assertUnavailable(UnavailableReason.AUDIENCE, verify(claims -> claims.put("aud", REALM + "/")));
    assertUnavailable(UnavailableReason.AUDIENCE, verify(claims -> claims.put("aud", List.of(REALM))));
    assertUnavailable(UnavailableReason.AUDIENCE, verify(claims -> claims.remove("aud")));
  }

  @Test
  @DisplayName("an answer by another issuer is refused")
  void otherIssuer() {
    assertUnavailable(UnavailableReason.ISSUER, verify(claims -> claims.put("iss", "other-bridge")));
    assertUnavailable(UnavailableReason.ISSUER, verify(claims -> claims.remove("iss")));
  }

  @Test
  @DisplayName("K14: five seconds of difference are borne, no more in either direction")
  void times() {
    assertInstanceOf(StepAnswer.Granted.class, verify(claims -> span(claims, NOW + 5, NOW + 65)));
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, NOW + 6, NOW + 60)));
    assertInstanceOf(StepAnswer.Granted.class, verify(claims -> span(claims, NOW - 60, NOW - 4)));
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, NOW - 60, NOW - 5)));
  }

  @Test
  @DisplayName("an answer may be valid for sixty seconds at most, and times are whole numbers")
  void oddTimes() {
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, NOW, NOW + 61)));
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, NOW, NOW - 1)));
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, Long.MIN_VALUE, NOW + 30)));
    assertUnavailable(UnavailableReason.TIMES, verify(claims -> span(claims, NOW, Long.MAX_VALUE)));
    for (Object odd : Arrays.asList("" + NOW, NOW + 0.5, true, null, 1e30)) {
      assertUnavailable(UnavailableReason.TIMES, verify(claims -> claims.put("iat", odd)));
      assertUnavailable(UnavailableReason.TIMES, verify(claims -> claims.put("exp", odd)));
    }
  }

  @Test
  @DisplayName("another version of the protocol is refused")
  void otherProtocol() {
    for (Object odd : Arrays.asList(0, 2, "1", 1.0, true, null)) {
      assertUnavailable(UnavailableReason.PROTOCOL, verify(claims -> claims.put("protocol", odd)));
    }
    assertUnavailable(UnavailableReason.PROTOCOL, verify(claims -> claims.remove("protocol")));
  }

  @Test
  @DisplayName("a kind this provider does not know is refused")
  void otherKind() {
    for (Object odd : Arrays.asList("waits", "Granted", "", 1, null)) {
      assertUnavailable(UnavailableReason.KIND, verify(claims -> claims.put("kind", odd)));
    }
    assertUnavailable(UnavailableReason.KIND, verify(claims -> claims.remove("kind")));
  }

  @ParameterizedTest(name = "[{index}]")
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a.b.c",
        "<html>200 OK</html>",
        "{\"kind\":\"granted\"}",
        "e30.e30",
        "e30.e30.",
        "W10.W10.AA",
        "bnVsbA.bnVsbA.AA",
        "e30.e30.AA.AA.AA"
      })
  @DisplayName("what is no signed answer at all is refused and never throws")
  void notAnAnswer(String body) {
    assertInstanceOf(StepOutcome.Unavailable.class, verify(body));
  }

  @Test
  @DisplayName("K05: a name that stands twice is refused")
  void duplicateNames() {
    String claims = SigningKey.text(grantedClaims());
    String twice = "{\"kind\":\"denied\"," + claims.substring(1);
    assertUnavailable(
        UnavailableReason.MALFORMED, verify(key.signText(SigningKey.text(key.header()), twice)));
    assertUnavailable(
        UnavailableReason.MALFORMED, verify(key.signText(SigningKey.text(key.header()), claims + "{}")));
  }

  private static void span(Map<String, Object> claims, long from, long until) {
    claims.put("iat", from);
    claims.put("exp", until);
  }

  private static Map<String, Object> grantedClaims() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", "fallback-bridge");
    claims.put("aud", REALM);
    claims.put("in_reply_to", REQUEST);
    claims.put("iat", NOW);
    claims.put("exp", NOW + 60);
    claims.put("protocol", 1);
    claims.put("bridge", "0.1.0");
    claims.put("kind", "granted");
    claims.put("case", "case-1");
    claims.put("path", "own-totp");
    claims.put("profile", "standard");
    claims.put("acr", "1");
    claims.put("amr", List.of("otp"));
    claims.put("endsAt", NOW + 900);
    return claims;
  }

  private StepOutcome verify(Consumer<Map<String, Object>> change) {
    Map<String, Object> claims = grantedClaims();
    change.accept(claims);
    return verify(key.sign(key.header(), claims));
  }

  private StepOutcome verifyHeader(Consumer<Map<String, Object>> change) {
    Map<String, Object> header = key.header();
    change.accept(header);
    return verify(key.sign(header, grantedClaims()));
  }

  private StepOutcome verify(String compact) {
    return verifier.verify(
        compact, new AnswerVerifier.Expected("fallback-bridge", REALM, REQUEST, Set.of(key.thumbprint())));
  }

  private static void assertUnavailable(UnavailableReason reason, StepOutcome outcome) {
    assertEquals(new StepOutcome.Unavailable(reason), outcome);
  }
}
