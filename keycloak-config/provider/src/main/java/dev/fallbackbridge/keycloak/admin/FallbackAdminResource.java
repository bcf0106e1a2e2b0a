package dev.fallbackbridge.keycloak.admin;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.keycloak.events.admin.OperationType;
import org.keycloak.events.admin.ResourceType;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.services.resources.admin.AdminAuth;
import org.keycloak.services.resources.admin.AdminEventBuilder;

/**
 * What the bridge may do in a realm, and no more: write override events, end fallback sessions, read a few facts.
 * Keycloak has verified the token by then; each operation asks for its own role.
 */
public class FallbackAdminResource {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private final KeycloakSession session;
  private final RealmModel realm;
  private final AdminAuth caller;
  private final AdminEventBuilder adminEvent;

  FallbackAdminResource(KeycloakSession session, RealmModel realm, AdminAuth caller, AdminEventBuilder adminEvent) {
    this.session = session;
    this.realm = realm;
    this.caller = caller;
    this.adminEvent = adminEvent;
  }

  /** Versions, issuer and settings; any of the roles will do. */
  @GET
  @Path("status")
  @Produces(MediaType.APPLICATION_JSON)
  public Response status() {
    return answer(() -> Result.ok(ProviderStatus.of(session, realm)), AdminRole.values());
  }

  /** Writes an override event once: 201 when it was written now, 200 when it stood there before. */
  @POST
  @Path("events")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response writeEvent(String body) {
    return answer(
        () -> {
          boolean written = new OverrideEventLog(session, realm, adminEvent).write(OverrideEvent.parse(body));
          return new Result(written ? 201 : 200, Map.of("written", written));
        },
        AdminRole.WRITE_OVERRIDE_EVENTS);
  }

  /** A fallback session; no other session can be seen here. */
  @GET
  @Path("sessions/{id}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response readSession(@PathParam("id") String id) {
    return answer(
        () -> Result.ok(new FallbackSessions(session, realm).describe(known(id, "session"))),
        AdminRole.END_FALLBACK_SESSIONS);
  }

  /** Ends a fallback session; refuses any other. */
  @DELETE
  @Path("sessions/{id}")
  @Produces(MediaType.APPLICATION_JSON)
  public Response endSession(@PathParam("id") String id) {
    return answer(
        () -> {
          new FallbackSessions(session, realm).end(known(id, "session"), caller.getClient());
          adminEvent
              .operation(OperationType.DELETE)
              .resource(ResourceType.USER_SESSION)
              .resourcePath("sessions", id)
              .success();
          return new Result(204, null);
        },
        AdminRole.END_FALLBACK_SESSIONS);
  }

  /** What the bridge needs to know of the people with these ids, or this user name; who is not there is left out. */
  @GET
  @Path("people")
  @Produces(MediaType.APPLICATION_JSON)
  public Response readPeople(
      @QueryParam("id") List<String> ids,
      @QueryParam("username") String username,
      @QueryParam("identity") String identity,
      @QueryParam("manager") String manager) {
    return answer(
        () -> Result.ok(people(identity, manager).named(ids, username)), AdminRole.READ_USER_FACTS);
  }

  /** The same of those who belong to a group or a group below it. */
  @GET
  @Path("members")
  @Produces(MediaType.APPLICATION_JSON)
  public Response readMembers(
      @QueryParam("group") String group,
      @QueryParam("identity") String identity,
      @QueryParam("manager") String manager) {
    return answer(
        () -> Result.ok(people(identity, manager).membersOf(group)), AdminRole.READ_USER_FACTS);
  }

  /** Whether a named owner's account can be used. */
  @GET
  @Path("owner")
  @Produces(MediaType.APPLICATION_JSON)
  public Response readOwnerState(@QueryParam("username") String username) {
    return answer(() -> Result.ok(OwnerState.of(session, realm, username)), AdminRole.READ_USER_FACTS);
  }

  private People people(String identity, String manager) {
    return new People(session, realm, new People.Attributes(identity, manager));
  }

  private record Result(int status, Object body) {
    static Result ok(Object body) {
      return new Result(200, body);
    }
  }

  /** Does the operation for a caller that holds one of the roles, and writes a refusal as JSON. */
  private Response answer(Supplier<Result> operation, AdminRole... anyOf) {
    Result result;
    try {
      if (Arrays.stream(anyOf).noneMatch(role -> role.isHeldBy(caller, realm))) {
        throw AdminProblem.forbidden();
      }
      result = operation.get();
    } catch (AdminProblem problem) {
      result = new Result(problem.status(), Map.of("code", problem.code(), "detail", problem.getMessage()));
    }
    return Response.status(result.status)
        .type(result.body == null ? null : MediaType.APPLICATION_JSON_TYPE)
        .header("Cache-Control", "no-store")
        .entity(result.body)
        .build();
  }

  private static String known(String id, String what) {
    if (!ID.matcher(id).matches()) {
      throw AdminProblem.notFound(what);
    }
    return id;
  }
}
