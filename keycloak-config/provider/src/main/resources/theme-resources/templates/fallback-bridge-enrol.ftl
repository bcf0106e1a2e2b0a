<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=!messagesPerField.existsError('code'); section>
    <#if section = "header">
        ${msg("fallbackBridgeEnrolTitle")}
    <#elseif section = "form">
        <p>${msg("fallbackBridgeEnrolIntro")}</p>
        <ol id="fallback-bridge-steps">
            <li>
                <p>${msg("fallbackBridgeEnrolScan")}</p>
                <img id="fallback-bridge-qr" src="${fallbackBridgeEnrol.qr}" alt="${msg("fallbackBridgeEnrolQrAlt")}" width="220" height="220">
            </li>
            <li>
                <p>${msg("fallbackBridgeEnrolManual")}</p>
                <p><code id="fallback-bridge-key">${fallbackBridgeEnrol.key}</code></p>
                <p><a id="fallback-bridge-uri" href="${fallbackBridgeEnrol.uri}">${msg("fallbackBridgeEnrolOpenApp")}</a></p>
            </li>
            <li><p id="fallback-bridge-hint" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeEnrolConfirm")}</p></li>
        </ol>

        <form id="fallback-bridge-enrol-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post" novalidate>
            <#assign hasError = messagesPerField.existsError('code')>
            <div class="${properties.kcFormGroupClass!}">
                <div class="${properties.kcFormGroupLabelClass!}">
                    <label for="code" class="${properties.kcFormLabelClass!}">
                        <span class="${properties.kcFormLabelTextClass!}">${msg("fallbackBridgeCodeLabel", fallbackBridgeEnrol.digits?c)}</span>
                    </label>
                </div>
                <span class="${properties.kcInputClass!} <#if hasError>${properties.kcError!}</#if>">
                    <input id="code" name="code" type="text" value="" inputmode="numeric" autocomplete="one-time-code"
                           autocapitalize="off" spellcheck="false" required autofocus
                           aria-describedby="fallback-bridge-hint<#if hasError> input-error-code</#if>"
                           <#if hasError>aria-invalid="true"</#if>/>
                </span>
                <#if hasError>
                    <div class="${properties.kcFormHelperTextClass!}" aria-live="polite">
                        <span id="input-error-code" class="${properties.kcInputErrorMessageClass!}">${messagesPerField.getFirstError('code')}</span>
                    </div>
                </#if>
            </div>
            <div class="${properties.kcFormGroupClass!}">
                <button id="fallback-bridge-submit" type="submit"
                        class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeEnrolSubmit")}</button>
            </div>
        </form>
        <#if isAppInitiatedAction??>
            <form class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-cancel" type="submit" name="cancel-aia" value="true"
                        class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("doCancel")}</button>
            </form>
        </#if>
    </#if>
</@layout.registrationLayout>
