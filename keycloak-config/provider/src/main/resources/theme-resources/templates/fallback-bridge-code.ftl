<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError('code'); section>
    <#if section = "header">
        ${msg("fallbackBridgeCodeTitle")}
    <#elseif section = "form">
        <#if fallbackBridgeWhy??>
            <p id="fallback-bridge-why" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeWhy." + fallbackBridgeWhy)}</p>
        </#if>
        <p id="fallback-bridge-hint" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeCodeHint." + fallbackBridgeCode.check)}</p>

        <form id="fallback-bridge-code-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <#assign hasError = messagesPerField.existsError('code')>
            <div class="${properties.kcFormGroupClass!}">
                <div class="${properties.kcFormGroupLabelClass!}">
                    <label for="code" class="${properties.kcFormLabelClass!}">
                        <span class="${properties.kcFormLabelTextClass!}">${msg("fallbackBridgeCodeLabel", fallbackBridgeCode.digits?c)}</span>
                    </label>
                </div>
                <span class="${properties.kcInputClass!} <#if hasError>${properties.kcError!}</#if>">
                    <input id="code" name="code" type="text" value="" inputmode="numeric" autocomplete="one-time-code"
                           autocapitalize="off" spellcheck="false" required autofocus
                           aria-describedby="fallback-bridge-hint<#if hasError> input-error-code</#if><#if fallbackBridgeCode.attemptsLeft??> fallback-bridge-attempts</#if>"
                           <#if hasError>aria-invalid="true"</#if>/>
                </span>
                <#if hasError>
                    <div class="${properties.kcFormHelperTextClass!}" aria-live="polite">
                        <span id="input-error-code" class="${properties.kcInputErrorMessageClass!}">${messagesPerField.getFirstError('code')}</span>
                    </div>
                </#if>
                <#if fallbackBridgeCode.attemptsLeft??>
                    <div class="${properties.kcFormHelperTextClass!}">
                        <span id="fallback-bridge-attempts">${msg("fallbackBridgeAttemptsLeft", fallbackBridgeCode.attemptsLeft)}</span>
                    </div>
                </#if>
            </div>
            <div class="${properties.kcFormGroupClass!}">
                <button id="fallback-bridge-submit" type="submit"
                        class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeSubmit")}</button>
            </div>
        </form>

        <#if fallbackBridgeCode.alternatives>
            <form id="fallback-bridge-choose-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-choose" type="submit" name="choose" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeChoose")}</button>
            </form>
        </#if>
        <form id="fallback-bridge-cancel-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <button id="fallback-bridge-cancel" type="submit" name="cancel" value="on"
                    class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeCancel")}</button>
        </form>
    </#if>
</@layout.registrationLayout>
