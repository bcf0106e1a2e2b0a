package dev.fallbackbridge.keycloak.step;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;

/**
 * What the script of the waiting page is told when it looks whether there is a decision.
 *
 * <p>It looks by a GET of the page's own address under a media type of its own. A POST would use up the session code that
 * the page's buttons need, and a page in reply would be an outcome of the login, with its events, that nobody sees.
 *
 * @param state {@code wait}; {@code unavailable}: nobody knows right now; {@code move}: the page is to be loaded anew
 * @param waiting what is waited for, in the first state; null in the others
 * @param minutes how long at most, in the first state
 */
record WaitNews(String state, StepAnswer.Wait waiting, long minutes) {

  static final String MEDIA_TYPE = "application/vnd.fallback-bridge.wait+json";
  static final WaitNews MOVE = new WaitNews("move", null, 0);

  private static final WaitNews UNAVAILABLE = new WaitNews("unavailable", null, 0);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether this request is the script's look. */
  static boolean isAskedFor(AuthenticationFlowContext context) {
    return "GET".equals(context.getHttpRequest().getHttpMethod())
        && MEDIA_TYPE.equals(context.getHttpRequest().getHttpHeaders().getHeaderString(HttpHeaders.ACCEPT));
  }

  /**
   * What an outcome means for the page that shows this case.
   *
   * @param now epoch seconds
   */
  static WaitNews of(StepOutcome outcome, String shownCase, long now) {
    if (outcome instanceof StepOutcome.Unavailable) {
      return UNAVAILABLE;
    }
    return outcome instanceof StepAnswer.Wait wait && wait.caseId().equals(shownCase)
        ? new WaitNews("wait", wait, minutesLeft(wait, now))
        : MOVE;
  }

  /** Whole minutes until the request ends; 0 for less than one. */
  static long minutesLeft(StepAnswer.Wait wait, long now) {
    return Math.max(0, wait.until() - now) / 60;
  }

  /** Who is asked, as the page and the script read it. */
  static List<Map<String, Object>> askedOf(StepAnswer.Wait wait) {
    return wait.asked().stream()
        .map(
            each -> {
              Map<String, Object> entry = new LinkedHashMap<>();
              entry.put("label", each.label());
              entry.put("count", each.count());
              entry.put("given", each.given());
              return entry;
            })
        .toList();
  }

  static Response answer(WaitNews news) {
    return Response.ok(news.json(), MEDIA_TYPE).header("Cache-Control", "no-store").build();
  }

  String json() {
    ObjectNode json = JSON.createObjectNode().put("state", state);
    if (waiting != null) {
      json.put("stage", waiting.stage().code()).put("match", waiting.match()).put("minutes", minutes);
      json.set("asked", JSON.valueToTree(askedOf(waiting)));
    }
    return json.toString();
  }
}
