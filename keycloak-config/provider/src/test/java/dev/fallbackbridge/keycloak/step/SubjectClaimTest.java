package dev.fallbackbridge.keycloak.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.fallbackbridge.keycloak.login.Stub;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.keycloak.models.ClientModel;
import org.keycloak.models.GroupModel;
import org.keycloak.models.RealmModel;
import org.keycloak.models.RoleContainerModel;
import org.keycloak.models.RoleModel;
import org.keycloak.models.UserModel;

@DisplayName("I5: roles and groups are told whole, or not at all")
class SubjectClaimTest {

  private static final RealmModel REALM = Stub.of(RealmModel.class).with("getId", "realm").make();
  private static final ClientModel APP =
      Stub.of(ClientModel.class).with("getClientId", "app").with("getRealm", REALM).make();

  private static Stream<String> names(int count, String form) {
    return IntStream.range(0, count).mapToObj(form::formatted);
  }

  private static Map<String, Object> roles(Stream<String> roles) {
    return SubjectClaim.of(roles, Stream.of("/g"));
  }

  private static Map<String, Object> groups(Stream<String> groups) {
    return SubjectClaim.of(Stream.of("r"), groups);
  }

  private static RoleModel role(RoleContainerModel container, String name, RoleModel... composites) {
    return Stub.of(RoleModel.class)
        .with("getId", name)
        .with("getName", name)
        .with("getContainer", container)
        .with("isComposite", composites.length > 0)
        .with("getCompositesStream", arguments -> Stream.of(composites))
        .make();
  }

  private static GroupModel group(GroupModel parent, String name, RoleModel... roles) {
    return Stub.of(GroupModel.class)
        .with("getName", name)
        .with("getParent", parent)
        .with("getParentId", parent == null ? null : parent.getName())
        .with("getRoleMappingsStream", arguments -> Stream.of(roles))
        .make();
  }

  @Test
  @DisplayName("R6: composite roles, those of groups and of their parents, and those of clients are told")
  void deep() {
    RoleModel inner = role(APP, "inner");
    GroupModel people = group(null, "people", role(REALM, "of-parent"));
    GroupModel berlin = group(people, "berlin", role(APP, "of-group"));
    UserModel user =
        Stub.of(UserModel.class)
            .with("getRoleMappingsStream", arguments -> Stream.of(role(REALM, "outer", inner)))
            .with("getGroupsStream", arguments -> Stream.of(berlin))
            .make();
    assertEquals(
        List.of("app/inner", "app/of-group", "of-parent", "outer"), SubjectClaim.rolesOf(user).sorted().toList());
  }

  @Test
  @DisplayName("lists are sorted, and nobody's are empty lists")
  void sorted() {
    assertEquals(
        Map.of("roles", List.of("a", "b"), "groups", List.of()),
        SubjectClaim.of(Stream.of("b", "a", "b"), Stream.of()));
  }

  @Test
  @DisplayName("K11: a list of more than 150 entries is left out whole, the other one is not")
  void tooMany() {
    assertEquals(Set.of("roles", "groups"), roles(names(150, "r%d")).keySet());
    assertEquals(Set.of("groups"), roles(names(151, "r%d")).keySet());
    assertEquals(Set.of("roles"), groups(names(151, "/g%d")).keySet());
  }

  @Test
  @DisplayName("K11: an entry that the bridge would not read leaves its list out")
  void tooLong() {
    assertEquals(Set.of("roles", "groups"), roles(Stream.of("x".repeat(255))).keySet());
    assertEquals(Set.of("groups"), roles(Stream.of("a", "x".repeat(256))).keySet());
    assertEquals(Set.of("roles"), groups(Stream.of("/" + "x".repeat(255))).keySet());
  }

  @Test
  @DisplayName("K11: more than 4 KiB of UTF-8, as they stand in the request, leave a list out")
  void tooLarge() throws JsonProcessingException {
    // 40 entries of 97 ASCII characters, quotes, commas and brackets: 4001 bytes.
    assertEquals(Set.of("roles", "groups"), roles(names(40, "r%096d")).keySet());
    assertEquals(Set.of("groups"), roles(names(42, "r%096d")).keySet());
    // The same number of characters, of three bytes each; and such that JSON writes with six.
    assertEquals(Set.of("groups"), roles(names(40, "%02d" + "€".repeat(95))).keySet());
    assertEquals(Set.of("groups"), roles(names(40, "%02d" + "\u0001".repeat(95))).keySet());
    Map<String, Object> largest = SubjectClaim.of(names(40, "r%096d"), names(40, "g%096d"));
    assertTrue(new ObjectMapper().writeValueAsBytes(largest).length < 2 * SubjectClaim.MAX_BYTES + 32);
  }
}
