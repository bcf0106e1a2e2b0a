package dev.fallbackbridge.keycloak.enrolment;

import dev.fallbackbridge.keycloak.step.StepAnswer;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keycloak.authentication.RequiredActionContext;
import org.keycloak.forms.login.LoginFormsProvider;
import org.keycloak.models.utils.FormMessage;

/** The pages of {@link EnrolmentAction}. */
final class EnrolmentPages {

  private EnrolmentPages() {}

  /** The picture goes in as an image of its own, where nothing in it can run. */
  static Response enrol(RequiredActionContext context, StepAnswer.Enrol enrol, boolean codeMissing) {
    Map<String, Object> page = new LinkedHashMap<>();
    String picture = Base64.getEncoder().encodeToString(enrol.qr().getBytes(StandardCharsets.UTF_8));
    page.put("qr", "data:image/svg+xml;base64," + picture);
    page.put("key", enrol.secret().replace("=", "").replaceAll("(.{4})(?=.)", "$1 "));
    page.put("uri", enrol.uri());
    page.put("digits", enrol.digits());
    LoginFormsProvider form = context.form().setAttribute("fallbackBridgeEnrol", page);
    if (enrol.wrongCode()) {
      form.addError(new FormMessage(EnrolmentAction.CODE, "fallbackBridgeEnrolWrongCode"));
    } else if (codeMissing) {
      form.addError(new FormMessage(EnrolmentAction.CODE, "fallbackBridgeCodeMissing"));
    }
    return form.createForm("fallback-bridge-enrol.ftl");
  }

  /** A text by its message key, with a button to try again where that can help. */
  static Response message(RequiredActionContext context, String text, boolean canRetry) {
    return context
        .form()
        .setAttribute("fallbackBridgeText", text)
        .setAttribute("fallbackBridgeCanRetry", canRetry)
        .createForm("fallback-bridge-enrol-message.ftl");
  }
}
