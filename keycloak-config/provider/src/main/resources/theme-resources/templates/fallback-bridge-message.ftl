<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeMessageTitle")}
    <#elseif section = "form">
        <p id="fallback-bridge-text" class="${properties.kcContentWrapperClass!}" role="alert">${msg(fallbackBridgeText)}</p>
        <#if fallbackBridgeRetryMinutes??>
            <p id="fallback-bridge-retry-at" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeRetryMinutes", fallbackBridgeRetryMinutes)}</p>
        </#if>
        <#if fallbackBridgeCanRetry>
            <form id="fallback-bridge-retry-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-retry" type="submit" name="retry" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeRetry")}</button>
            </form>
        </#if>
        <form id="fallback-bridge-cancel-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <button id="fallback-bridge-cancel" type="submit" name="cancel" value="on"
                    class="${properties.kcButtonClass!} ${fallbackBridgeCanRetry?then(properties.kcButtonSecondaryClass!, properties.kcButtonPrimaryClass!)} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeCancel")}</button>
        </form>
    </#if>
</@layout.registrationLayout>
