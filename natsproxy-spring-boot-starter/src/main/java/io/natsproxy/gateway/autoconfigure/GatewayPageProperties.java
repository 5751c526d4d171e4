package io.natsproxy.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the page for operators.
 *
 * @param enabled Whether there is a page for operators below the management endpoint
 * "natsproxy", where that is exposed.
 * @param maxViewers How many may look at it at once.
 */
@ConfigurationProperties("natsproxy.gateway.page")
public record GatewayPageProperties(@DefaultValue("false") boolean enabled, @DefaultValue("8") int maxViewers) {

}
