<#import "template.ftl" as layout>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeChooseTitle")}
    <#elseif section = "form">
        <#if fallbackBridgeWhy??>
            <p id="fallback-bridge-why" class="${properties.kcContentWrapperClass!}">${msg("fallbackBridgeWhy." + fallbackBridgeWhy)}</p>
        </#if>
        <form id="fallback-bridge-choose-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <#list fallbackBridgeWays as way>
                <button id="fallback-bridge-way-${way?index}" type="submit" name="path" value="${way.id}"
                        class="${properties.kcButtonClass!} ${(way?index == 0)?then(properties.kcButtonPrimaryClass!, properties.kcButtonSecondaryClass!)} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeWay." + way.check)}</button>
            </#list>
        </form>
        <form id="fallback-bridge-cancel-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
            <button id="fallback-bridge-cancel" type="submit" name="cancel" value="on"
                    class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!} ${properties.kcMarginTopClass!}">${msg("fallbackBridgeCancel")}</button>
        </form>
    </#if>
</@layout.registrationLayout>
