package dev.fallbackbridge.keycloak.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;

/**
 * One execution's failures of one user in one authentication session: the last one, and how many there were.
 *
 * @param userId whose check failed
 * @param execution id of the watch step's execution
 * @param failureClass closed class of the last failure
 * @param detail tamed text of the last failure, untrusted
 * @param at epoch milliseconds of the last failure
 * @param count failures so far, at least one
 * @param credentialType Keycloak's credential type that was tried
 */
public record RecordedFailure(
    String userId,
    String execution,
    FailureClass failureClass,
    String detail,
    long at,
    int count,
    String credentialType) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The same failure as this user's. */
  RecordedFailure of(String owner) {
    return new RecordedFailure(owner, execution, failureClass, detail, at, count, credentialType);
  }

  /** The form in which it is kept in a note. */
  String toNote() {
    ObjectNode note = JSON.createObjectNode();
    note.put("user", userId);
    note.put("execution", execution);
    note.put("class", failureClass.wireName());
    note.put("detail", detail);
    note.put("at", at);
    note.put("count", count);
    note.put("credentialType", credentialType);
    return note.toString();
  }

  /** What a note says; empty when it is missing or unreadable, which counts as "no failure". */
  static Optional<RecordedFailure> ofNote(String note) {
    if (note == null) {
      return Optional.empty();
    }
    try {
      JsonNode read = JSON.readTree(note);
      return FailureClass.ofWireName(read.path("class").asText())
          .map(
              failureClass ->
                  new RecordedFailure(
                      read.path("user").asText(),
                      read.path("execution").asText(),
                      failureClass,
                      read.path("detail").asText(),
                      read.path("at").asLong(),
                      read.path("count").asInt(),
                      read.path("credentialType").asText()))
          .filter(failure -> failure.count > 0 && !failure.userId.isEmpty());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
