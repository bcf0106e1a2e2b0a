package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.fallbackbridge.keycloak.bridge.UnavailableReason;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("I5: each kind of answer is read strictly; what is missing or odd is no answer")
class AnswerClaimsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<String, String> PROPER =
      Map.of(
          "code",
          "{'kind':'code','case':'c-1','path':'p','digits':6,'alternatives':true,'attemptsLeft':4}",
          "choose",
          "{'kind':'choose','case':'c-1','paths':[{'id':'p','check':'bridge-totp'},{'id':'q','check':'later'}]}",
          "local_check",
          "{'kind':'local_check','case':'c-1','path':'p','check':'keycloak-otp','alternatives':false,'attemptsLeft':3,"
              + "'attempt':'a-1'}",
          "wait",
          "{'kind':'wait','case':'c-1','match':'042','stage':'approval','since':1800000000,'until':1800001800,"
              + "'asked':[{'label':'service-desk-leads','count':2,'given':1}]}",
          "granted",
          "{'kind':'granted','case':'c-1','path':'p','profile':'standard','acr':'1','amr':['otp'],'endsAt':1800000000}",
          "denied",
          "{'kind':'denied','case':'c-1','reason':'user_locked','wrongCode':false,'retryAt':1800000000}",
          "cancelled",
          "{'kind':'cancelled','case':'c-1'}",
          "enrol",
          "{'kind':'enrol','factor':'f-1','secret':'JBSWY3DPEHPK3PXP','uri':'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP',"
              + "'qr':'<svg xmlns=\\\"http://www.w3.org/2000/svg\\\"></svg>','digits':6}",
          "enrolled",
          "{'kind':'enrolled','factor':'f-1'}");

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (IOException wrongTest) {
      throw new IllegalArgumentException(wrongTest);
    }
  }

  private static StepOutcome read(String text) {
    return StepAnswer.parse(json(text));
  }

  @Test
  @DisplayName("every kind of the protocol is read")
  void kinds() {
    assertEquals(new StepAnswer.Code("c-1", "p", 6, true, false, OptionalInt.of(4)), read(PROPER.get("code")));
    assertEquals(
        new StepAnswer.Choose(
            "c-1", List.of(new StepAnswer.Path("p", "bridge-totp"), new StepAnswer.Path("q", "later"))),
        read(PROPER.get("choose")));
    assertEquals(
        new StepAnswer.LocalCheck("c-1", "p", "keycloak-otp", false, false, OptionalInt.of(3), "a-1"),
        read(PROPER.get("local_check")));
    assertEquals(
        new StepAnswer.Wait(
            "c-1",
            "042",
            WaitStage.APPROVAL,
            List.of(new StepAnswer.Asked("service-desk-leads", 2, 1)),
            1_800_000_000L,
            1_800_001_800L),
        read(PROPER.get("wait")));
    assertEquals(
        new StepAnswer.Granted("c-1", "p", "standard", "1", List.of("otp"), 1_800_000_000L),
        read(PROPER.get("granted")));
    assertEquals(
        new StepAnswer.Denied("c-1", DenialReason.USER_LOCKED, false, OptionalLong.of(1_800_000_000L)),
        read(PROPER.get("denied")));
    assertEquals(new StepAnswer.Cancelled("c-1"), read(PROPER.get("cancelled")));
    assertInstanceOf(StepAnswer.Enrol.class, read(PROPER.get("enrol")));
    assertEquals(new StepAnswer.Enrolled("f-1"), read(PROPER.get("enrolled")));
  }

  @Test
  @DisplayName("a required claim that is missing, null or of another type makes any kind no answer")
  void required() {
    Map<String, List<String>> optional =
        Map.of(
            "code", List.of("attemptsLeft"),
            "local_check", List.of("attemptsLeft", "attempt"),
            "denied", List.of("case", "retryAt"));
    PROPER.forEach(
        (kind, text) ->
            json(text)
                .fieldNames()
                .forEachRemaining(
                    claim -> {
                      if (claim.equals("kind")) {
                        return;
                      }
                      ObjectNode odd = json(text);
                      odd.putObject(claim);
                      assertNoAnswer(odd);
                      if (!optional.getOrDefault(kind, List.of()).contains(claim)) {
                        ObjectNode without = json(text);
                        without.remove(claim);
                        assertNoAnswer(without);
                        ObjectNode empty = json(text);
                        empty.putNull(claim);
                        assertNoAnswer(empty);
                      }
                    }));
  }

  @Test
  @DisplayName("claims out of bounds are no answer")
  void bounds() {
    assertNoAnswer(json(PROPER.get("code")).put("digits", 3));
    assertNoAnswer(json(PROPER.get("code")).put("digits", 6.5));
    assertNoAnswer(json(PROPER.get("code")).put("digits", "6"));
    assertNoAnswer(json(PROPER.get("code")).put("attemptsLeft", -1));
    assertNoAnswer(json(PROPER.get("code")).put("alternatives", "true"));
    assertNoAnswer(json(PROPER.get("code")).put("error", "other"));
    assertNoAnswer(json(PROPER.get("code")).put("case", "<b>"));
    assertNoAnswer(json(PROPER.get("code")).put("path", "x".repeat(129)));
    assertNoAnswer(json(PROPER.get("granted")).put("endsAt", "1800000000"));
    assertNoAnswer(json(PROPER.get("granted")).put("endsAt", 0));
    assertNoAnswer(json(PROPER.get("granted")).put("endsAt", 1.8e9));
    assertNoAnswer(json(PROPER.get("granted")).put("acr", "1 2"));
    assertNoAnswer(json(PROPER.get("denied")).put("reason", "because"));
    assertNoAnswer(json(PROPER.get("denied")).put("wrongCode", "false"));
    assertNoAnswer(json(PROPER.get("local_check")).put("check", "password"));
    assertNoAnswer(json(PROPER.get("enrol")).put("secret", "not base32"));
    assertNoAnswer(json(PROPER.get("enrol")).put("uri", "javascript:alert(1)"));
    assertNoAnswer(json(PROPER.get("enrol")).put("qr", "<html></html>"));
    assertNoAnswer(json(PROPER.get("enrol")).put("qr", "<svg " + "x".repeat(48 * 1024)));
    ObjectNode none = json(PROPER.get("choose"));
    none.putArray("paths");
    assertNoAnswer(none);
  }

  @Test
  @DisplayName("R8 B24: who is asked, the number and the times of a wait are within bounds, or it is no answer")
  void waitBounds() {
    for (String match : List.of("", "42", "0042", "04a", "\u0664\u0662\u0660", "042\n", "<b>")) {
      assertNoAnswer(json(PROPER.get("wait")).put("match", match));
    }
    assertNoAnswer(json(PROPER.get("wait")).put("match", 42));
    assertNoAnswer(json(PROPER.get("wait")).put("stage", "granted"));
    assertNoAnswer(json(PROPER.get("wait")).put("stage", "APPROVAL"));
    assertNoAnswer(json(PROPER.get("wait")).put("until", 1_799_999_999L));
    assertNoAnswer(json(PROPER.get("wait")).put("until", 1_800_000_000L + 86_401));
    assertNoAnswer(json(PROPER.get("wait")).put("until", 1_800_001_800_000L));
    assertNoAnswer(json(PROPER.get("wait")).put("since", 0));
    assertNoAnswer(json(PROPER.get("wait")).put("since", 1.8e9));
    for (String label : List.of("", "<b>leads</b>", "leads\n", "/it/leads", "leads\u202e", "a;b", "${x}", "x".repeat(65))) {
      assertNoAnswer(asked(entry -> entry.put("label", label)));
    }
    for (String label : List.of("leads", "Frau M\u00fcller (Tel. +49 30 1-2)", "e.m@example.org, \u65e5\u672c")) {
      assertInstanceOf(StepAnswer.Wait.class, StepAnswer.parse(asked(entry -> entry.put("label", label))));
    }
    assertNoAnswer(asked(entry -> entry.remove("label")));
    assertNoAnswer(asked(entry -> entry.put("count", 0)));
    assertNoAnswer(asked(entry -> entry.put("count", 100)));
    assertNoAnswer(asked(entry -> entry.put("given", -1)));
    assertNoAnswer(asked(entry -> entry.put("given", 3)));
    assertNoAnswer(asked(entry -> entry.put("given", "1")));
    assertNoAnswer(asked(entry -> entry.remove("given")));
    ObjectNode nobody = json(PROPER.get("wait"));
    nobody.putArray("asked");
    assertNoAnswer(nobody);
    ObjectNode text = json(PROPER.get("wait"));
    text.putArray("asked").add("service-desk-leads");
    assertNoAnswer(text);
    ObjectNode many = json(PROPER.get("wait"));
    for (int more = 0; more < 5; more++) {
      many.withArray("asked").add(many.at("/asked/0").deepCopy());
    }
    assertInstanceOf(StepAnswer.Wait.class, StepAnswer.parse(many));
    many.withArray("asked").add(many.at("/asked/0").deepCopy());
    assertNoAnswer(many);
  }

  private static ObjectNode asked(Consumer<ObjectNode> change) {
    ObjectNode wait = json(PROPER.get("wait"));
    change.accept((ObjectNode) wait.at("/asked/0"));
    return wait;
  }

  @Test
  @DisplayName("B10: what people decide, or do not, is no wrong code, even if the bridge says so")
  void peopleAreNoWrongCode() {
    for (DenialReason reason : DenialReason.values()) {
      ObjectNode denied = json(PROPER.get("denied")).put("reason", reason.code()).put("wrongCode", true);
      assertEquals(
          !reason.isByPeople(), assertInstanceOf(StepAnswer.Denied.class, StepAnswer.parse(denied)).wrongCode());
    }
    assertEquals(8, Stream.of(DenialReason.values()).filter(DenialReason::isByPeople).count());
  }

  @Test
  @DisplayName("B10: to a question in which nothing was typed there is no wrong code, whatever kind the answer is of")
  void nothingTyped() {
    assertEquals(
        new StepAnswer.Code("c-1", "p", 6, true, false, OptionalInt.of(4)),
        StepAnswer.parse(json(PROPER.get("code")).put("error", "invalid_code")).withoutWrongCode());
    assertEquals(
        read(PROPER.get("local_check")),
        StepAnswer.parse(json(PROPER.get("local_check")).put("error", "invalid_code")).withoutWrongCode());
    assertEquals(
        read(PROPER.get("denied")),
        StepAnswer.parse(json(PROPER.get("denied")).put("wrongCode", true)).withoutWrongCode());
    for (String kind : List.of("wait", "choose", "granted", "cancelled")) {
      assertEquals(read(PROPER.get(kind)), read(PROPER.get(kind)).withoutWrongCode());
    }
  }

  @Test
  @DisplayName("R26: both checks of Keycloak's own are read")
  void localChecks() {
    StepOutcome read = StepAnswer.parse(json(PROPER.get("local_check")).put("check", "completed-passkey"));
    assertEquals(
        new StepAnswer.LocalCheck("c-1", "p", "completed-passkey", false, false, OptionalInt.of(3), "a-1"), read);
  }

  @Test
  @DisplayName("an error of invalid_code is a wrong code")
  void wrongCode() {
    StepOutcome read = StepAnswer.parse(json(PROPER.get("code")).put("error", "invalid_code"));
    assertEquals(new StepAnswer.Code("c-1", "p", 6, true, true, OptionalInt.of(4)), read);
  }

  @ParameterizedTest
  @EnumSource(DenialReason.class)
  @DisplayName("every reason of the protocol is read")
  void reasons(DenialReason reason) {
    StepOutcome read = StepAnswer.parse(json(PROPER.get("denied")).put("reason", reason.code()));
    assertEquals(reason, assertInstanceOf(StepAnswer.Denied.class, read).reason());
  }

  @Test
  @DisplayName("I11: an answer that holds a secret does not print it")
  void silent() {
    assertFalse(read(PROPER.get("enrol")).toString().contains("JBSWY3DPEHPK3PXP"));
  }

  private static void assertNoAnswer(ObjectNode claims) {
    assertEquals(new StepOutcome.Unavailable(UnavailableReason.CLAIMS), StepAnswer.parse(claims), claims::toString);
  }
}
