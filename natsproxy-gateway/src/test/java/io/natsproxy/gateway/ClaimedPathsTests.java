package io.natsproxy.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.support.StaticApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.web.accept.SemanticApiVersionParser;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.accept.DefaultApiVersionStrategy;
import org.springframework.web.reactive.accept.HeaderApiVersionResolver;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.WebHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ClaimedPathsTests {

	@Test
	void withoutMappingsNothingIsClaimed() {
		assertThat(claims("/x")).isFalse();
		assertThat(claims("/x", new RequestMappingHandlerMapping(), new RouterFunctionMapping(),
				new SimpleUrlHandlerMapping(Map.of())))
			.isFalse();
	}

	@Test
	void pathsOfMethodsAreClaimedForWhateverRequest() {
		RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping();
		register(mapping, "/own/{id}");
		assertThat(claims("/own/1", mapping)).isTrue();
		assertThat(claims("/own/1/2", mapping)).isFalse();
		assertThat(claims("/", mapping)).isFalse();
	}

	@Test
	void pathsOfUrlMappingsAreClaimed() {
		WebHandler handler = (exchange) -> Mono.empty();
		SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of("/static/**", handler));
		mapping.setApplicationContext(new StaticApplicationContext());
		assertThat(claims("/static/x/y", mapping)).isTrue();
		assertThat(claims("/x", mapping)).isFalse();
	}

	@Test
	void whatRouterFunctionsClaimIsNotKnown() {
		RouterFunctionMapping mapping = new RouterFunctionMapping(
				RouterFunctions.route().GET("/x", (request) -> ServerResponse.ok().build()).build());
		assertThat(claims("/y", mapping)).isTrue();
	}

	@Test
	void whatOtherKindsOfMappingsClaimIsNotKnown() {
		assertThat(claims("/y", (exchange) -> Mono.empty())).isTrue();
		assertThat(claims("/y", new RequestMappingHandlerMapping() {
		})).isTrue();
	}

	@Test
	void versionsAreCheckedForWhateverPath() {
		RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping();
		mapping.setApiVersionStrategy(versions());
		assertThat(claims("/y", mapping)).isTrue();
	}

	@Test
	void mappingsThatAreRegisteredLaterCount() {
		RequestMappingHandlerMapping mapping = new RequestMappingHandlerMapping();
		ClaimedPaths paths = new ClaimedPaths(List.of(mapping));
		PathContainer path = PathContainer.parsePath("/late");
		assertThat(paths.mayInclude(path)).isFalse();
		register(mapping, "/late");
		await().atMost(Duration.ofSeconds(30)).until(() -> paths.mayInclude(path));
	}

	private static boolean claims(String path, HandlerMapping... mappings) {
		return new ClaimedPaths(List.of(mappings)).mayInclude(PathContainer.parsePath(path));
	}

	private static void register(RequestMappingHandlerMapping mapping, String path) {
		try {
			mapping.registerMapping(RequestMappingInfo.paths(path).methods(RequestMethod.PUT).build(), new Object(),
					Object.class.getMethod("toString"));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable ApiVersionStrategy versions() {
		return new DefaultApiVersionStrategy(List.of(new HeaderApiVersionResolver("Version")),
				new SemanticApiVersionParser(), false, null, true, null, null);
	}

}
