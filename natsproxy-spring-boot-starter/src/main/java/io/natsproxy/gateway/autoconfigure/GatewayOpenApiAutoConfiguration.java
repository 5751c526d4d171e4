package io.natsproxy.gateway.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.gateway.openapi.OpenApiDocuments;
import io.natsproxy.gateway.openapi.OpenApiHandler;
import io.natsproxy.gateway.openapi.OpenApiOptions;
import io.natsproxy.gateway.openapi.SwaggerUi;
import io.natsproxy.gateway.route.RouteTable;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.server.WebHandler;

/**
 * Auto-configuration of the OpenAPI documents of the services that a gateway discovers,
 * and of the page that shows them.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(RouteTable.class)
@ConditionalOnClass(name = "tools.jackson.databind.json.JsonMapper")
@ConditionalOnBooleanProperty("natsproxy.gateway.openapi.enabled")
@EnableConfigurationProperties(OpenApiProperties.class)
public final class GatewayOpenApiAutoConfiguration {

	/**
	 * Before the mapping of annotated methods: a document of springdoc's own would have
	 * the same path.
	 */
	private static final int ORDER = -2;

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.openapi");

	@Bean
	@ConditionalOnMissingBean
	OpenApiDocuments natsproxyOpenApiDocuments(NatsExchanges exchanges, RouteTable routes, OpenApiProperties properties,
			Environment environment) {
		String name = environment.getProperty("spring.application.name", "natsproxy");
		String title = properties.title();
		int maxLength = CHECK.bytes("max-size", properties.maxSize(), 1);
		if (maxLength > ServiceDocument.MAX_LENGTH) {
			throw new InvalidNatsSettingException(
					"natsproxy.gateway.openapi.max-size is more than a document may have.",
					"Set it to " + ServiceDocument.MAX_LENGTH + "B at the most.", null);
		}
		int maxTotal = CHECK.bytes("max-total-size", properties.maxTotalSize(), maxLength);
		return new OpenApiDocuments(exchanges, routes,
				new OpenApiOptions((title != null) ? title : name, maxLength, maxTotal));
	}

	@Bean
	@ConditionalOnMissingBean(name = "natsproxyOpenApiHandlerMapping")
	HandlerMapping natsproxyOpenApiHandlerMapping(OpenApiDocuments documents, OpenApiProperties properties) {
		String path = path("path", properties.path());
		Map<String, WebHandler> handlers = new LinkedHashMap<>();
		handlers.put(path + "/**", new OpenApiHandler(documents, path));
		if (properties.ui().enabled()) {
			String uiPath = path("ui.path", properties.ui().path());
			SwaggerUi ui = SwaggerUi.create(uiPath, path);
			if (ui != null) {
				handlers.put(uiPath + "/**", ui);
			}
		}
		return new SimpleUrlHandlerMapping(handlers, ORDER);
	}

	private static String path(String name, String path) {
		if (!path.matches("(/[A-Za-z0-9._~-]+)+")) {
			throw new InvalidNatsSettingException(
					"natsproxy.gateway.openapi." + name + " is '" + path + "', which is no path of a document.",
					"Set it to a path of letters, digits, dots, dashes and slashes, such as /v3/api-docs.", null);
		}
		return path;
	}

}
