package dev.fallbackbridge.keycloak.admin;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One entry the bridge wants to stand in Keycloak's event log.
 *
 * @param eventId unique for ever; writing it a second time changes nothing
 * @param caseId the case it belongs to
 * @param event what happened, in capitals
 * @param userId whose case it is
 * @param at when it happened, epoch milliseconds
 * @param representation facts, kept when the realm saves representations
 * @param details short facts, always kept
 */
record OverrideEvent(
    String eventId,
    String caseId,
    String event,
    String userId,
    long at,
    Map<String, Object> representation,
    Map<String, String> details) {

  static final int MAX_BODY = 32 * 1024;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{8,64}");
  /** Federated users have ids of the form {@code f:component:name}, and the name is whatever the directory says. */
  private static final Pattern USER_ID = Pattern.compile("[^\\p{Cntrl}]{1,255}");
  private static final Pattern EVENT = Pattern.compile("[A-Z_]{3,40}");
  private static final Pattern DETAIL_NAME = Pattern.compile("[a-z][a-z0-9_]{0,39}");
  private static final int MAX_DETAILS = 24;
  private static final int MAX_DETAIL = 255;
  private static final int MAX_REPRESENTATION = 16 * 1024;
  private static final Set<String> NAMES =
      Set.of("eventId", "caseId", "event", "userId", "at", "representation", "details");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Reads a request body, every field of it required but {@code representation} and {@code details}.
   *
   * @throws AdminProblem when anything is missing, unknown or out of bounds; the text names the field only
   */
  static OverrideEvent parse(String body) {
    if (body == null || body.length() > MAX_BODY) {
      throw AdminProblem.malformed("body");
    }
    JsonNode read;
    try {
      read = JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      throw AdminProblem.malformed("body");
    }
    if (read == null || !read.isObject()) {
      throw AdminProblem.malformed("body");
    }
    read.fieldNames()
        .forEachRemaining(
            name -> {
              if (!NAMES.contains(name)) {
                throw AdminProblem.malformed("unknown field");
              }
            });
    return new OverrideEvent(
        text(read, "eventId", ID),
        text(read, "caseId", ID),
        text(read, "event", EVENT),
        text(read, "userId", USER_ID),
        instant(read),
        representation(read.path("representation")),
        details(read.path("details")));
  }

  /** Where it stands in the event log, and how it is found again. */
  String[] path() {
    return new String[] {"fallback-cases", caseId, eventId};
  }

  private static String text(JsonNode read, String name, Pattern form) {
    JsonNode field = read.path(name);
    if (!field.isTextual() || !form.matcher(field.textValue()).matches()) {
      throw AdminProblem.malformed(name);
    }
    return field.textValue();
  }

  private static long instant(JsonNode read) {
    JsonNode at = read.path("at");
    if (!at.isIntegralNumber() || !at.canConvertToLong() || at.longValue() <= 0) {
      throw AdminProblem.malformed("at");
    }
    return at.longValue();
  }

  private static Map<String, Object> representation(JsonNode field) {
    if (field.isMissingNode()) {
      return Map.of();
    }
    if (!field.isObject() || field.toString().length() > MAX_REPRESENTATION) {
      throw AdminProblem.malformed("representation");
    }
    return JSON.convertValue(field, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  private static Map<String, String> details(JsonNode field) {
    Map<String, String> details = new LinkedHashMap<>();
    if (field.isMissingNode()) {
      return details;
    }
    if (!field.isObject() || field.size() > MAX_DETAILS) {
      throw AdminProblem.malformed("details");
    }
    field
        .fields()
        .forEachRemaining(
            each -> {
              JsonNode value = each.getValue();
              boolean fits =
                  DETAIL_NAME.matcher(each.getKey()).matches()
                      && value.isTextual()
                      && value.textValue().length() <= MAX_DETAIL;
              if (!fits) {
                throw AdminProblem.malformed("details");
              }
              details.put(each.getKey(), value.textValue());
            });
    return details;
  }
}
