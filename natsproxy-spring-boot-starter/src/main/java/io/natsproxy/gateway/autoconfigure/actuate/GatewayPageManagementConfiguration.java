package io.natsproxy.gateway.autoconfigure.actuate;

import java.util.Map;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.subject.SubjectCodec;
import io.natsproxy.gateway.page.PageCalls;
import io.natsproxy.gateway.page.PageFeed;
import io.natsproxy.gateway.page.PageHandler;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/**
 * The page for operators, where the management endpoints are: below the path of the
 * endpoint {@code natsproxy}, by which security and exposure are decided. Its form is
 * there where the access to the endpoint is unrestricted.
 */
@ManagementContextConfiguration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(JsonMapper.class)
@ConditionalOnBean(PageFeed.class)
public class GatewayPageManagementConfiguration {

	/**
	 * Stands right before the management endpoints.
	 */
	private static final int ORDER = -101;

	@Bean
	@ConditionalOnMissingBean(name = "natsproxyPageMapping")
	SimpleUrlHandlerMapping natsproxyPageMapping(ApplicationContext context, PageFeed feed,
			PathMappedEndpoints endpoints, EndpointAccessResolver access, NatsExchanges exchanges) {
		EndpointId id = EndpointId.of(NatsproxyEndpoint.ID);
		String endpoint = endpoints.getPath(id);
		if (endpoint == null) {
			return new SimpleUrlHandlerMapping(Map.of(), ORDER);
		}
		String path = (endpoint.endsWith("/") ? endpoint : endpoint + "/") + PageHandler.SEGMENT;
		JsonMapper json = JsonMapper.builder().build();
		boolean unrestricted = access.accessFor(id, Access.READ_ONLY) == Access.UNRESTRICTED;
		PageHandler handler = new PageHandler(path, feed, json::writeValueAsString,
				unrestricted ? calls(context, exchanges.subjectCodec(), json) : null);
		return new SimpleUrlHandlerMapping(Map.of(path, handler, path + "/**", handler), ORDER);
	}

	private static PageCalls calls(ApplicationContext context, SubjectCodec subjects, JsonMapper json) {
		return new PageCalls(() -> gateway(context).getBean(HttpHandler.class), subjects::subject,
				(body) -> read(json, body));
	}

	/**
	 * Returns the context whose requests are the gateway's: a management context has a
	 * handler of its own.
	 */
	private static ApplicationContext gateway(ApplicationContext context) {
		ApplicationContext parent = context.getParent();
		return (parent != null && parent.getBeanNamesForType(HttpHandler.class).length > 0) ? parent : context;
	}

	private static Map<?, ?> read(JsonMapper json, byte[] body) {
		Map<?, ?> call;
		try {
			call = json.readValue(body, Map.class);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The call is no JSON object", ex);
		}
		return call(call);
	}

	private static Map<?, ?> call(@Nullable Map<?, ?> call) {
		if (call == null) {
			throw new IllegalArgumentException("The call is no JSON object");
		}
		return call;
	}

}
