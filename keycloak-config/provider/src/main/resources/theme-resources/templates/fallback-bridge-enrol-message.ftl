<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeEnrolTitle")}
    <#elseif section = "form">
        <p id="fallback-bridge-text" class="${properties.kcContentWrapperClass!}" role="alert">${msg(fallbackBridgeText)}</p>
        <#if fallbackBridgeCanRetry>
            <form id="fallback-bridge-retry-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-retry" type="submit" name="retry" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeRetry")}</button>
            </form>
        </#if>
        <#if !isAppInitiatedAction??>
            <p><a id="fallback-bridge-start-again" href="${url.loginRestartFlowUrl}">${msg("fallbackBridgeStartAgain")}</a></p>
        <#else>
            <form class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-cancel" type="submit" name="cancel-aia" value="true"
                        class="${properties.kcButtonClass!} ${fallbackBridgeCanRetry?then(properties.kcButtonSecondaryClass!, properties.kcButtonPrimaryClass!)} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeBack")}</button>
            </form>
        </#if>
    </#if>
</@layout.registrationLayout>
