package dev.fallbackbridge.keycloak.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fallbackbridge.keycloak.login.Stub;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.models.UserProvider;
import org.keycloak.models.utils.StorageUnavailableUserModelDelegate;

@DisplayName("C04: who may decide is told from the account as it is now; what is not certain is left out")
class PeopleTest {

  private static final RealmModel REALM = Stub.of(RealmModel.class).make();

  private static Stub<UserModel> account() {
    return Stub.of(UserModel.class)
        .with("getId", "u-1")
        .with("getUsername", "ada")
        .with("isEnabled", true)
        .with("getServiceAccountClientLink", (Object) null)
        .with("getRoleMappingsStream", arguments -> Stream.of())
        .with("getGroupsStream", arguments -> Stream.of())
        .with("getAttributeStream", arguments -> Stream.of())
        .with("isEmailVerified", false)
        .with("getEmail", "ada@example.org")
        .with("getFirstAttribute", (Object) null);
  }

  private static final People.Attributes NONE = new People.Attributes(null, null);

  /** What is told of the attributes that were asked for, where one of them has these values. */
  private static Object told(String fact, People.Attributes asked, String... values) {
    UserModel user =
        account()
            .with(
                "getAttributeStream",
                arguments -> arguments[0].equals("asked") ? Arrays.stream(values) : Stream.of())
            .make();
    return People.factsOf(user, asked).get(fact);
  }

  private static People people(List<String> asked) {
    UserProvider users =
        Stub.of(UserProvider.class)
            .with(
                "getUserById",
                arguments -> {
                  asked.add((String) arguments[1]);
                  return arguments[1].equals("u-1") ? account().make() : null;
                })
            .with(
                "getUserByUsername",
                arguments -> {
                  asked.add("name " + arguments[1]);
                  return arguments[1].equals("ada") ? account().make() : null;
                })
            .make();
    return new People(Stub.of(KeycloakSession.class).with("users", users).make(), REALM, NONE);
  }

  @Test
  @DisplayName("an account without anything is told with what every account has")
  void plain() {
    assertEquals(
        Map.of(
            "id", "u-1",
            "username", "ada",
            "enabled", true,
            "serviceAccount", false,
            "roles", List.of(),
            "groups", List.of()),
        People.factsOf(account().make(), NONE));
  }

  @Test
  @DisplayName("a service account is told as one")
  void serviceAccount() {
    UserModel user = account().with("getServiceAccountClientLink", "client").make();
    assertEquals(true, People.factsOf(user, NONE).get("serviceAccount"));
  }

  @Test
  @DisplayName("A12: an address is told only while it is verified, and a language only if it reads like one")
  void contact() {
    assertEquals("ada@example.org", People.factsOf(account().with("isEmailVerified", true).make(), NONE).get("email"));
    for (String odd : new String[] {null, "", " ", "x".repeat(256)}) {
      UserModel user = account().with("isEmailVerified", true).with("getEmail", (Object) odd).make();
      assertEquals(null, People.factsOf(user, NONE).get("email"));
    }
    assertEquals("de-AT", People.factsOf(account().with("getFirstAttribute", "de-AT").make(), NONE).get("locale"));
    for (String odd : List.of("", "d", "<b>", "de\n", "x".repeat(36))) {
      assertEquals(null, People.factsOf(account().with("getFirstAttribute", odd).make(), NONE).get("locale"));
    }
  }

  @Test
  @DisplayName("C05 R41: identity and manager are the one value that is not blank, without spaces; of two there is none")
  void onlyValues() {
    Map<String, People.Attributes> asked =
        Map.of(
            "identity", new People.Attributes("asked", "other"), "manager", new People.Attributes("other", "asked"));
    asked.forEach(
        (fact, attributes) -> {
          assertEquals("E123", told(fact, attributes, "E123"));
          assertEquals("E123", told(fact, attributes, " E123\t"));
          assertEquals("E123", told(fact, attributes, "", "E123", " "));
          assertEquals("x".repeat(255), told(fact, attributes, "x".repeat(255)));
          for (String[] none :
              new String[][] {{}, {""}, {" "}, {null}, {"E1", "E2"}, {"E1", "E1"}, {"x".repeat(256)}}) {
            assertEquals(null, told(fact, attributes, none));
          }
          assertEquals(null, told(fact, NONE, "E123"), "nobody asked");
        });
  }

  @Test
  @DisplayName("ids of nobody are left out, each id is looked up once, those of a directory as they are")
  void ids() {
    List<String> asked = new ArrayList<>();
    Object found = people(asked).named(List.of("u-1", "u-2", "u-1", "f:ldap:Jörg Groß"), null).get("people");
    assertEquals(List.of("u-1"), ((List<?>) found).stream().map(each -> ((Map<?, ?>) each).get("id")).toList());
    assertEquals(List.of("u-1", "u-2", "f:ldap:Jörg Groß"), asked);
  }

  @Test
  @DisplayName("E4: what can be no id is refused, not told as somebody who is gone")
  void noIds() {
    for (String odd : List.of("", "a\nb", "x".repeat(256))) {
      List<String> asked = new ArrayList<>();
      List<String> ids = List.of("u-1", odd);
      assertEquals(400, assertThrows(AdminProblem.class, () -> people(asked).named(ids, null)).status());
      assertEquals(List.of(), asked);
    }
  }

  @Test
  @DisplayName("E4: while a directory does not answer nobody of it is told as disabled")
  void directoryAway() {
    UserModel away = new StorageUnavailableUserModelDelegate(account().make(), IllegalStateException::new);
    UserProvider users = Stub.of(UserProvider.class).with("getUserById", arguments -> away).make();
    People people = new People(Stub.of(KeycloakSession.class).with("users", users).make(), REALM, NONE);
    AdminProblem problem = assertThrows(AdminProblem.class, () -> people.named(List.of("u-1"), null));
    assertEquals(503, problem.status());
    assertEquals("unavailable", problem.code());
  }

  @Test
  @DisplayName("R36: somebody is found by the user name too, once, and a name that is none is refused")
  void names() {
    List<String> asked = new ArrayList<>();
    for (String id : List.of("u-1", "ada")) {
      Object found = people(asked).named(List.of(id), "ada").get("people");
      assertEquals(List.of("u-1"), ((List<?>) found).stream().map(each -> ((Map<?, ?>) each).get("id")).toList());
    }
    assertEquals(List.of("u-1", "name ada", "ada", "name ada"), asked);
    assertEquals(Map.of("people", List.of()), people(asked).named(List.of("bob"), "bob"));
    for (String name : List.of("", " ", "x".repeat(256))) {
      People people = people(new ArrayList<>());
      assertEquals(400, assertThrows(AdminProblem.class, () -> people.named(List.of("u-1"), name)).status());
    }
  }

  @Test
  @DisplayName("K11: no ids and more than fifty are refused, and so are names of attributes and groups that are none")
  void refused() {
    List<String> fifty = IntStream.range(0, 50).mapToObj(each -> "u-" + each).toList();
    people(new ArrayList<>()).named(fifty, null);
    List<String> more = new ArrayList<>(fifty);
    more.add("u-50");
    for (List<String> ids : List.of(List.<String>of(), more)) {
      assertEquals(400, assertThrows(AdminProblem.class, () -> people(new ArrayList<>()).named(ids, null)).status());
    }
    for (String name : List.of("", "employee id", "x".repeat(256), "a\nb")) {
      assertEquals(400, assertThrows(AdminProblem.class, () -> new People.Attributes(name, null)).status());
      assertEquals(400, assertThrows(AdminProblem.class, () -> new People.Attributes(null, name)).status());
    }
    for (String group : new String[] {null, "", " ", "/" + "x".repeat(255)}) {
      People people = people(new ArrayList<>());
      assertEquals(400, assertThrows(AdminProblem.class, () -> people.membersOf(group)).status());
    }
  }
}
