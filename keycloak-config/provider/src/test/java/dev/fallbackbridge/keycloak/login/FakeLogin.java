package dev.fallbackbridge.keycloak.login;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticationFlowModel;
import org.keycloak.models.Constants;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.sessions.AuthenticationSessionModel;
import org.keycloak.sessions.CommonClientSessionModel.ExecutionStatus;

/** A login as it stands in the middle of its flow: steps, what became of them, and notes. */
public final class FakeLogin {

  public static final String USER = "u-1";
  private static final String FLOW = "flow";

  private final List<AuthenticationExecutionModel> steps = new ArrayList<>();
  private final Map<String, String> categories = new HashMap<>();
  private final Map<String, ExecutionStatus> statuses = new HashMap<>();
  private final Map<String, Integer> completed = new HashMap<>();
  private final Map<String, String> authNotes = new HashMap<>();
  private final Map<String, String> clientNotes = new HashMap<>();
  private final Map<String, String> userSessionNotes = new HashMap<>();
  private UserModel user = Stub.of(UserModel.class).with("getId", USER).make();

  /** Adds a step of this credential type to the flow; its execution has the same name. */
  public FakeLogin step(String name, String category) {
    return step(name, category, AuthenticationExecutionModel.Requirement.REQUIRED);
  }

  public FakeLogin step(String name, String category, AuthenticationExecutionModel.Requirement requirement) {
    AuthenticationExecutionModel step = new AuthenticationExecutionModel();
    step.setId(name);
    step.setAuthenticator(name);
    step.setRequirement(requirement);
    steps.add(step);
    categories.put(name, category);
    return this;
  }

  public FakeLogin status(String step, ExecutionStatus status) {
    statuses.put(step, status);
    return this;
  }

  public FakeLogin completed(String step, int atSeconds) {
    completed.put(step, atSeconds);
    return this;
  }

  /** A step that succeeded, as Keycloak leaves it. */
  public FakeLogin succeeded(String step, int atSeconds) {
    return status(step, ExecutionStatus.SUCCESS).completed(step, atSeconds);
  }

  public FakeLogin authNote(String name, String value) {
    authNotes.put(name, value);
    return this;
  }

  public FakeLogin clientNote(String name, String value) {
    clientNotes.put(name, value);
    return this;
  }

  public FakeLogin userSessionNote(String name, String value) {
    userSessionNotes.put(name, value);
    return this;
  }

  /** A failure on record, as a watch step leaves it. */
  public FakeLogin failed(String step, String userId) {
    return authNote(
        "fallback-bridge.failure." + step,
        "{\"user\":\"%s\",\"execution\":\"%s\",\"class\":\"other\",\"at\":1,\"count\":1}".formatted(userId, step));
  }

  public FakeLogin withoutUser() {
    user = null;
    return this;
  }

  public AuthenticationSessionModel session() {
    return Stub.of(AuthenticationSessionModel.class)
        .with("getExecutionStatus", statuses)
        .with("getUserSessionNotes", arguments -> allUserSessionNotes())
        .with("getAuthNote", arguments -> authNotes.get(arguments[0]))
        .with("setAuthNote", arguments -> authNotes.put((String) arguments[0], (String) arguments[1]))
        .with("removeAuthNote", arguments -> authNotes.remove((String) arguments[0]))
        .with("getClientNote", arguments -> clientNotes.get(arguments[0]))
        .with("getRealm", realm())
        .with("getAuthenticatedUser", user)
        .make();
  }

  public AuthenticationFlowContext context() {
    AuthenticationExecutionModel running = new AuthenticationExecutionModel();
    running.setId("fallback");
    return Stub.of(AuthenticationFlowContext.class)
        .with("getAuthenticationSession", session())
        .with("getUser", user)
        .with("getRealm", realm())
        .with("getTopLevelFlow", flow())
        .with("getSession", keycloak())
        .with("getExecution", running)
        .make();
  }

  public static AuthenticationFlowModel flow() {
    AuthenticationFlowModel flow = new AuthenticationFlowModel();
    flow.setId(FLOW);
    return flow;
  }

  private RealmModel realm() {
    return Stub.of(RealmModel.class)
        .with(
            "getAuthenticationExecutionsStream",
            arguments -> FLOW.equals(arguments[0]) ? steps.stream() : List.of().stream())
        .make();
  }

  private KeycloakSession keycloak() {
    KeycloakSessionFactory factory =
        Stub.of(KeycloakSessionFactory.class)
            .with(
                "getProviderFactory",
                arguments ->
                    Stub.of(AuthenticatorFactory.class)
                        .with("getReferenceCategory", categories.get(arguments[1]))
                        .make())
            .make();
    return Stub.of(KeycloakSession.class).with("getKeycloakSessionFactory", factory).make();
  }

  private Map<String, String> allUserSessionNotes() {
    Map<String, String> notes = new HashMap<>(userSessionNotes);
    notes.put(Constants.AUTHENTICATORS_COMPLETED, completedNote());
    return notes;
  }

  private String completedNote() {
    List<String> entries =
        completed.entrySet().stream().map(each -> "\"" + each.getKey() + "\":" + each.getValue()).toList();
    return "{" + String.join(",", entries) + "}";
  }
}
