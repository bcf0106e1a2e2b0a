<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeWatchTitle")}
    <#elseif section = "form">
        <p id="fallback-bridge-text" class="${properties.kcContentWrapperClass!}">${fallbackBridgeMayLeave?then(msg("fallbackBridgeWatchText"), msg("fallbackBridgeWatchTextOnly"))}</p>
        <form id="fallback-bridge-again-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <button id="kc-try-again" type="submit" name="authenticationExecution" value="${fallbackBridgeExecution}"
                    class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeCancel")}</button>
        </form>
        <#if fallbackBridgeMayLeave>
            <form id="fallback-bridge-leave-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-leave" type="submit" name="leave" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeChoose")}</button>
            </form>
        </#if>
    </#if>
</@layout.registrationLayout>
