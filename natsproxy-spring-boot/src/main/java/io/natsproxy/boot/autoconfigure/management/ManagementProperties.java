package io.natsproxy.boot.autoconfigure.management;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Management endpoints over NATS, {@code natsproxy.management.*}.
 *
 * @param enabled Whether all management endpoints that the application exposes over the
 * web can be read over NATS, through the management port of gateways, or none. By default
 * "health", "info" and "prometheus" of those can, unless the application is a web
 * application with Spring Security on the class path or "management.server.port" is
 * negative.
 * @param target Host and port at which Prometheus reaches the management endpoints of
 * this gateway, such as "gateway:8081". By default the name of the host and the port of
 * the management endpoints.
 */
@ConfigurationProperties("natsproxy.management")
public record ManagementProperties(@Nullable Boolean enabled, @Nullable String target) {

}
