package dev.fallbackbridge.keycloak.step;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a page of the fallback step posted, as exactly one action. A form with none of the known fields, or with more
 * than one, asks for nothing and shows again where the login stands.
 *
 * @param action what is asked
 * @param input the claims that go with it
 * @param code the code that was typed; null unless there is exactly one
 * @param codeMissing the code field was sent empty
 */
record PostedForm(StepAction action, Map<String, Object> input, String code, boolean codeMissing) {

  static final String CODE = "code";
  static final String PATH = "path";
  static final String CHOOSE = "choose";
  static final String CONTINUE = "continue";
  static final String CHECK = "check";
  static final String CANCEL = "cancel";

  private static final Pattern PATH_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /** Longer input is no code; cut, it still is none, and the request stays small. */
  private static final int MAX_CODE = 64;

  private static final int MAX_CODES = 4;

  static final PostedForm NOTHING = new PostedForm(StepAction.BEGIN, Map.of(), null, false);

  static PostedForm of(MultivaluedMap<String, String> fields) {
    List<String> known = Stream.of(CODE, PATH, CHOOSE, CONTINUE, CHECK, CANCEL).filter(fields::containsKey).toList();
    if (known.size() != 1) {
      return NOTHING;
    }
    switch (known.get(0)) {
      case CODE:
        return ofCode(fields.get(CODE));
      case PATH:
        String path = fields.get(PATH).size() == 1 ? fields.getFirst(PATH) : "";
        return PATH_ID.matcher(path).matches()
            ? new PostedForm(StepAction.CHOOSE, Map.of(PATH, path), null, false)
            : NOTHING;
      case CHOOSE:
        return new PostedForm(StepAction.CHOOSE, Map.of(), null, false);
      case CONTINUE:
        return new PostedForm(StepAction.SUBMIT, Map.of(), null, false);
      case CHECK:
        return new PostedForm(StepAction.POLL, Map.of(), null, false);
      default:
        return new PostedForm(StepAction.CANCEL, Map.of(), null, false);
    }
  }

  /** Whether it submits without any code: for a check in which nothing is typed. */
  boolean goesOn() {
    return action == StepAction.SUBMIT && input.isEmpty();
  }

  /** The code may be in a token that is printed nowhere; neither may this be. */
  @Override
  public String toString() {
    return "PostedForm[" + action.wireName() + "]";
  }

  private static PostedForm ofCode(List<String> codes) {
    if (codes.size() == 1 && codes.get(0).isBlank()) {
      return new PostedForm(StepAction.BEGIN, Map.of(), null, true);
    }
    List<String> cut = codes.stream().limit(MAX_CODES).map(PostedForm::cut).toList();
    Object claim = cut.size() == 1 ? cut.get(0) : cut;
    return new PostedForm(StepAction.SUBMIT, Map.of(CODE, claim), cut.size() == 1 ? cut.get(0) : null, false);
  }

  private static String cut(String code) {
    return code.length() > MAX_CODE ? code.substring(0, MAX_CODE) : code;
  }
}
