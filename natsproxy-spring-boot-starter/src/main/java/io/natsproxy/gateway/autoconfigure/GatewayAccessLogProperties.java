package io.natsproxy.gateway.autoconfigure;

import java.nio.file.Path;

import io.natsproxy.gateway.access.AccessFormat;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Properties of the gateway's access log.
 *
 * @param enabled Whether a line is written for each request, where the HTTP server is
 * Reactor Netty.
 * @param format Format of the lines.
 * @param logger Name of the logger to which lines go, at the level info.
 * @param file File to which lines are appended in place of the logger. Its directory must
 * exist. One that has been renamed is made anew.
 * @param queueSize How many lines may wait to be written. More are left out and counted.
 */
@ConfigurationProperties("natsproxy.gateway.access-log")
public record GatewayAccessLogProperties(@DefaultValue("false") boolean enabled,
		@DefaultValue("combined") AccessFormat format, @DefaultValue("natsproxy.gateway.access") String logger,
		@Nullable Path file, @DefaultValue("8192") int queueSize) {

}
