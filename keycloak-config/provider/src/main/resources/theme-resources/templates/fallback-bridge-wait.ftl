<#import "template.ftl" as layout>
<#assign wait = fallbackBridgeWait>
<@layout.registrationLayout; section>
    <#if section = "header">
        ${msg("fallbackBridgeWaitTitle")}
    <#elseif section = "form">
        <link rel="stylesheet" href="${url.resourcesPath}/css/fallback-bridge.css?${wait.release}">
        <div id="fallback-bridge-wait" class="fallback-bridge-wait" data-stage="${wait.stage}" data-match="${wait.match}"
             data-ends-soon="${msg("fallbackBridgeWaitEndsSoon")}"
             data-ends-in-one="${msg("fallbackBridgeWaitEndsInOne")}"
             data-ends-in="${msg("fallbackBridgeWaitEndsIn", "{minutes}")}"
             data-given="${msg("fallbackBridgeWaitGiven", "{given}", "{count}")}"
             data-moves="${msg("fallbackBridgeWaitMoves")}"
             data-undecided="${msg("fallbackBridgeWaitUndecided")}"
             data-lost="${msg("fallbackBridgeWaitLost")}"
             data-back="${msg("fallbackBridgeWaitBack")}">
            <p id="fallback-bridge-text">${msg("fallbackBridgeWaitIntro." + wait.stage)}</p>

            <div class="fallback-bridge-match">
                <p>${msg("fallbackBridgeWaitMatch")}</p>
                <p id="fallback-bridge-match" class="fallback-bridge-match-number">
                    <span aria-hidden="true">${wait.match}</span>
                    <span class="fallback-bridge-spoken">${wait.spoken}</span>
                </p>
                <p id="fallback-bridge-match-hint">${msg("fallbackBridgeWaitMatchHint")}</p>
            </div>

            <div>
                <p id="fallback-bridge-asked">${msg("fallbackBridgeWaitAsked." + wait.stage)}</p>
                <ul class="fallback-bridge-asked" aria-labelledby="fallback-bridge-asked">
                    <#list wait.asked as asked>
                        <li data-label="${asked.label}" data-count="${asked.count?c}"><strong>${asked.label}</strong>: <span>${msg("fallbackBridgeWaitGiven", asked.given?c, asked.count?c)}</span></li>
                    </#list>
                </ul>
            </div>

            <div>
                <p id="fallback-bridge-ends"><#if wait.minutes gt 1>${msg("fallbackBridgeWaitEndsIn", wait.minutes?c)}<#elseif wait.minutes == 1>${msg("fallbackBridgeWaitEndsInOne")}<#else>${msg("fallbackBridgeWaitEndsSoon")}</#if></p>
                <p>${msg("fallbackBridgeWaitEnd", msg("fallbackBridgeCancel"))}</p>
            </div>

            <div>
                <noscript><p>${msg("fallbackBridgeWaitPress", msg("fallbackBridgeWaitCheck"))}</p></noscript>
                <p id="fallback-bridge-state" role="status"><#if wait.checked>${msg("fallbackBridgeWaitUndecided")}</#if></p>
            </div>

            <form id="fallback-bridge-check-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-check" type="submit" name="check" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeWaitCheck")}</button>
            </form>
            <form id="fallback-bridge-cancel-form" class="${properties.kcFormClass!}" action="${url.loginAction}" method="post">
                <button id="fallback-bridge-cancel" type="submit" name="cancel" value="on"
                        class="${properties.kcButtonClass!} ${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}">${msg("fallbackBridgeCancel")}</button>
            </form>
        </div>
        <script type="module" src="${url.resourcesPath}/js/fallback-bridge-wait.js?${wait.release}"></script>
    </#if>
</@layout.registrationLayout>
