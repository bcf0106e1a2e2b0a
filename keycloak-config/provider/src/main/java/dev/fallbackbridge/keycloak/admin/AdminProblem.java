package dev.fallbackbridge.keycloak.admin;

/** A refusal of the admin endpoint: a status and a stable code. Names fields and things, never their values. */
final class AdminProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  private AdminProblem(int status, String code, String detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }

  static AdminProblem malformed(String detail) {
    return new AdminProblem(400, "malformed", detail);
  }

  static AdminProblem forbidden() {
    return new AdminProblem(403, "forbidden", "a role of the calling client is missing");
  }

  static AdminProblem notFound(String what) {
    return new AdminProblem(404, "not_found", "no such " + what);
  }

  static AdminProblem conflict(String code, String detail) {
    return new AdminProblem(409, code, detail);
  }

  static AdminProblem unavailable(String detail) {
    return new AdminProblem(503, "unavailable", detail);
  }

  /** The HTTP status. */
  int status() {
    return status;
  }

  /** The code callers may rely on. */
  String code() {
    return code;
  }
}
