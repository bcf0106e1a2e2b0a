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

  private static Object identity(String... values) {
    UserModel user =
        account()
            .with("getAttributeStream", arguments -> arguments[0].equals("employeeId") ? Arrays.stream(values) : null)
            .make();
    return People.factsOf(user, "employeeId").get("identity");
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
            .make();
    return new People(Stub.of(KeycloakSession.class).with("users", users).make(), REALM, null);
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
        People.factsOf(account().make(), null));
  }

  @Test
  @DisplayName("a service account is told as one")
  void serviceAccount() {
    UserModel user = account().with("getServiceAccountClientLink", "client").make();
    assertEquals(true, People.factsOf(user, null).get("serviceAccount"));
  }

  @Test
  @DisplayName("A12: an address is told only while it is verified, and a language only if it reads like one")
  void contact() {
    assertEquals("ada@example.org", People.factsOf(account().with("isEmailVerified", true).make(), null).get("email"));
    for (String odd : new String[] {null, "", " ", "x".repeat(256)}) {
      UserModel user = account().with("isEmailVerified", true).with("getEmail", (Object) odd).make();
      assertEquals(null, People.factsOf(user, null).get("email"));
    }
    assertEquals("de-AT", People.factsOf(account().with("getFirstAttribute", "de-AT").make(), null).get("locale"));
    for (String odd : List.of("", "d", "<b>", "de\n", "x".repeat(36))) {
      assertEquals(null, People.factsOf(account().with("getFirstAttribute", odd).make(), null).get("locale"));
    }
  }

  @Test
  @DisplayName("C05: the identity is the one value that is not blank, without spaces around it; of two there is none")
  void identities() {
    assertEquals("E123", identity("E123"));
    assertEquals("E123", identity(" E123\t"));
    assertEquals("E123", identity("", "E123", " "));
    assertEquals("x".repeat(255), identity("x".repeat(255)));
    for (String[] none :
        new String[][] {{}, {""}, {" "}, {null}, {"E1", "E2"}, {"E1", "E1"}, {"x".repeat(256)}}) {
      assertEquals(null, identity(none));
    }
  }

  @Test
  @DisplayName("ids of nobody are left out, each id is looked up once, and what can be no id not at all")
  void ids() {
    List<String> asked = new ArrayList<>();
    Object found = people(asked).withIds(List.of("u-1", "u-2", "u-1", "", "a b", "x".repeat(256), "f:ldap:x")).get("people");
    assertEquals(List.of("u-1"), ((List<?>) found).stream().map(each -> ((Map<?, ?>) each).get("id")).toList());
    assertEquals(List.of("u-1", "u-2", "f:ldap:x"), asked);
  }

  @Test
  @DisplayName("K11: no ids and more than fifty are refused, and so are names of attributes and groups that are none")
  void refused() {
    List<String> fifty = IntStream.range(0, 50).mapToObj(each -> "u-" + each).toList();
    people(new ArrayList<>()).withIds(fifty);
    List<String> more = new ArrayList<>(fifty);
    more.add("u-50");
    for (List<String> ids : List.of(List.<String>of(), more)) {
      assertEquals(400, assertThrows(AdminProblem.class, () -> people(new ArrayList<>()).withIds(ids)).status());
    }
    for (String name : List.of("", "employee id", "x".repeat(256), "a\nb")) {
      assertEquals(400, assertThrows(AdminProblem.class, () -> new People(null, REALM, name)).status());
    }
    for (String group : new String[] {null, "", " ", "/" + "x".repeat(255)}) {
      People people = people(new ArrayList<>());
      assertEquals(400, assertThrows(AdminProblem.class, () -> people.membersOf(group)).status());
    }
  }
}
