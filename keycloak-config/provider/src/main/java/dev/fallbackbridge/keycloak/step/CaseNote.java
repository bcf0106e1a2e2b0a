package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * Which case this execution last showed to this user, and whether its code is for Keycloak itself. Kept on the server,
 * so that the browser cannot say where a code goes or which case is granted.
 *
 * @param userId the user it was shown to
 * @param caseId the bridge's case
 * @param localCheck whether the code on that page is checked by Keycloak
 */
record CaseNote(String userId, String caseId, boolean localCheck) {

  private static final String PREFIX = "fallback-bridge.case.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The case of this execution and user; empty before the first answer. */
  static Optional<CaseNote> find(AuthenticationFlowContext context) {
    String note = context.getAuthenticationSession().getAuthNote(PREFIX + context.getExecution().getId());
    if (note == null) {
      return Optional.empty();
    }
    try {
      JsonNode read = JSON.readTree(note);
      return Optional.of(
              new CaseNote(read.path("user").asText(), read.path("case").asText(), read.path("local").asBoolean()))
          .filter(found -> found.userId.equals(context.getUser().getId()));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /** Remembers what is being shown. */
  static void keep(AuthenticationFlowContext context, String caseId, boolean localCheck) {
    String note =
        JSON.createObjectNode()
            .put("user", context.getUser().getId())
            .put("case", caseId)
            .put("local", localCheck)
            .toString();
    context.getAuthenticationSession().setAuthNote(PREFIX + context.getExecution().getId(), note);
  }
}
