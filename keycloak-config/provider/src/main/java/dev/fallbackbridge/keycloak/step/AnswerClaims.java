package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads the claims of each kind of answer, each of its exact type and within bounds, since some of them end up in
 * pages, events and sessions.
 */
final class AnswerClaims {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final Pattern ACR = Pattern.compile("[\\x21-\\x7e]{1,128}");
  private static final Pattern BASE32 = Pattern.compile("[A-Z2-7]{16,128}=*");
  private static final Pattern OTPAUTH = Pattern.compile("otpauth://totp/[\\x21-\\x7e]{1,1024}");
  private static final Pattern SVG = Pattern.compile("\\s*(<\\?xml[^>]*\\?>\\s*)?<svg[\\s>].*", Pattern.DOTALL);
  private static final Pattern MATCH = Pattern.compile("[0-9]{3}");
  private static final Pattern LABEL = Pattern.compile("[\\p{L}\\p{M}\\p{N} ._,()+@-]{1,64}");
  private static final int MAX_PATHS = 16;
  private static final int MAX_ASKED = 6;
  private static final int MAX_DECISIONS = 99;

  /** Longer than any request may wait by policy; a time beyond it is a wrong unit. */
  private static final long LONGEST_WAIT_SECONDS = 86_400;

  private static final int MAX_SVG = 48 * 1024;

  private final JsonNode claims;

  /** The answer is of a kind this provider does not know. */
  static final class UnknownKind extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** A claim is missing or not what it has to be. */
  static final class WrongClaim extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private AnswerClaims(JsonNode claims) {
    this.claims = claims;
  }

  static StepAnswer read(JsonNode claims) throws UnknownKind, WrongClaim {
    AnswerClaims of = new AnswerClaims(claims);
    switch (claims.path("kind").asText()) {
      case "code":
        return new StepAnswer.Code(
            of.id("case"), of.id("path"), of.digits(), of.flag("alternatives"), of.wrongCode(), of.attemptsLeft());
      case "choose":
        return new StepAnswer.Choose(of.id("case"), of.paths());
      case "local_check":
        return of.localCheck();
      case "wait":
        return of.waiting();
      case "granted":
        return new StepAnswer.Granted(
            of.id("case"), of.id("path"), of.id("profile"), of.text("acr", ACR), of.amr(), of.seconds("endsAt"));
      case "denied":
        return new StepAnswer.Denied(of.optionalId("case"), of.reason(), of.flag("wrongCode"), of.retryAt());
      case "cancelled":
        return new StepAnswer.Cancelled(of.id("case"));
      case "enrol":
        return new StepAnswer.Enrol(
            of.id("factor"),
            of.text("secret", BASE32),
            of.text("uri", OTPAUTH),
            of.svg(),
            of.digits(),
            of.wrongCode());
      case "enrolled":
        return new StepAnswer.Enrolled(of.id("factor"));
      default:
        throw new UnknownKind();
    }
  }

  private StepAnswer localCheck() throws WrongClaim {
    String check = id("check");
    if (!check.equals(LocalOtp.CHECK) && !check.equals(LocalPasskey.CHECK)) {
      throw new WrongClaim();
    }
    return new StepAnswer.LocalCheck(
        id("case"), id("path"), check, flag("alternatives"), wrongCode(), attemptsLeft(), optionalId("attempt"));
  }

  private StepAnswer waiting() throws WrongClaim {
    long since = seconds("since");
    long until = seconds("until");
    if (until < since || until - since > LONGEST_WAIT_SECONDS) {
      throw new WrongClaim();
    }
    JsonNode stage = claims.path("stage");
    return new StepAnswer.Wait(
        id("case"),
        text("match", MATCH),
        WaitStage.ofCode(stage.isTextual() ? stage.textValue() : "").orElseThrow(WrongClaim::new),
        asked(),
        since,
        until);
  }

  private List<StepAnswer.Asked> asked() throws WrongClaim {
    JsonNode list = claims.path("asked");
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_ASKED) {
      throw new WrongClaim();
    }
    List<StepAnswer.Asked> asked = new ArrayList<>();
    for (JsonNode each : list) {
      AnswerClaims entry = new AnswerClaims(each);
      int count = entry.within("count", 1, MAX_DECISIONS);
      asked.add(new StepAnswer.Asked(entry.text("label", LABEL), count, entry.within("given", 0, count)));
    }
    return asked;
  }

  private String text(String name, Pattern form) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (!claim.isTextual() || !form.matcher(claim.textValue()).matches()) {
      throw new WrongClaim();
    }
    return claim.textValue();
  }

  private String id(String name) throws WrongClaim {
    return text(name, ID);
  }

  private String optionalId(String name) throws WrongClaim {
    return isAbsent(name) ? null : id(name);
  }

  private boolean flag(String name) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (!claim.isBoolean()) {
      throw new WrongClaim();
    }
    return claim.booleanValue();
  }

  private boolean wrongCode() throws WrongClaim {
    if (isAbsent("error")) {
      return false;
    }
    if (!claims.path("error").isTextual() || !claims.path("error").textValue().equals("invalid_code")) {
      throw new WrongClaim();
    }
    return true;
  }

  private int digits() throws WrongClaim {
    return within("digits", 4, 10);
  }

  private OptionalInt attemptsLeft() throws WrongClaim {
    return isAbsent("attemptsLeft") ? OptionalInt.empty() : OptionalInt.of(within("attemptsLeft", 0, 1000));
  }

  private int within(String name, int least, int most) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (!claim.isIntegralNumber() || !claim.canConvertToInt() || claim.intValue() < least || claim.intValue() > most) {
      throw new WrongClaim();
    }
    return claim.intValue();
  }

  private long seconds(String name) throws WrongClaim {
    JsonNode claim = claims.path(name);
    if (!claim.isIntegralNumber() || !claim.canConvertToLong() || claim.longValue() <= 0) {
      throw new WrongClaim();
    }
    return claim.longValue();
  }

  private OptionalLong retryAt() throws WrongClaim {
    return isAbsent("retryAt") ? OptionalLong.empty() : OptionalLong.of(seconds("retryAt"));
  }

  private DenialReason reason() throws WrongClaim {
    JsonNode claim = claims.path("reason");
    return DenialReason.ofCode(claim.isTextual() ? claim.textValue() : "").orElseThrow(WrongClaim::new);
  }

  private List<StepAnswer.Path> paths() throws WrongClaim {
    JsonNode list = claims.path("paths");
    if (!list.isArray() || list.isEmpty() || list.size() > MAX_PATHS) {
      throw new WrongClaim();
    }
    List<StepAnswer.Path> paths = new ArrayList<>();
    for (JsonNode each : list) {
      AnswerClaims entry = new AnswerClaims(each);
      paths.add(new StepAnswer.Path(entry.id("id"), entry.id("check")));
    }
    return paths;
  }

  private List<String> amr() throws WrongClaim {
    JsonNode list = claims.path("amr");
    if (!list.isArray() || list.size() > MAX_PATHS) {
      throw new WrongClaim();
    }
    List<String> values = new ArrayList<>();
    for (JsonNode each : list) {
      if (!each.isTextual() || !ACR.matcher(each.textValue()).matches()) {
        throw new WrongClaim();
      }
      values.add(each.textValue());
    }
    return values;
  }

  private String svg() throws WrongClaim {
    String picture = claims.path("qr").asText();
    if (!claims.path("qr").isTextual() || picture.length() > MAX_SVG || !SVG.matcher(picture).matches()) {
      throw new WrongClaim();
    }
    return picture;
  }

  private boolean isAbsent(String name) {
    return claims.path(name).isMissingNode() || claims.path(name).isNull();
  }
}
