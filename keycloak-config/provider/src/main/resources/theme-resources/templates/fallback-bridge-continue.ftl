<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeContinueTitle")}
    <#elseif section = "form">
        <#if fallbackBridgeFailed>
            <p id="fallback-bridge-failed" class="${properties.kcContentWrapperClass!}" role="alert">${msg("fallbackBridgeContinueFailed")}</p>
        <#else>
            <p id="fallback-bridge-hint" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeContinueHint")}</p>
        </#if>
        <form id="fallback-bridge-continue-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <button id="fallback-bridge-continue" type="submit" name="continue" value="on"
                    class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeContinue")}</button>
        </form>
        <#if fallbackBridgeAlternatives>
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
