package io.natsproxy.gateway.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the OpenAPI document of all services.
 *
 * @param enabled Whether the gateway serves the OpenAPI documents of the services that it
 * discovers.
 * @param path Path of the document of all services. That of one service stands below it,
 * by its name.
 * @param title Title of the document of all services. Defaults to
 * "spring.application.name".
 * @param maxSize Longest document of one service. Of a service that tells a longer one is
 * shown what its discovery tells.
 * @param maxTotalSize How long the documents of all services may be together.
 * @param ui The page of swagger-ui.
 */
@ConfigurationProperties("natsproxy.gateway.openapi")
public record OpenApiProperties(@DefaultValue("false") boolean enabled, @DefaultValue("/v3/api-docs") String path,
		@Nullable String title, @DefaultValue("2MB") DataSize maxSize, @DefaultValue("8MB") DataSize maxTotalSize,
		@DefaultValue Ui ui) {

	/**
	 * The page of swagger-ui.
	 *
	 * @param enabled Whether the gateway serves the page, where documents are enabled and
	 * the webjar "org.webjars:swagger-ui" is on the class path.
	 * @param path Path of the page.
	 */
	public record Ui(@DefaultValue("true") boolean enabled, @DefaultValue("/swagger-ui") String path) {

	}

}
