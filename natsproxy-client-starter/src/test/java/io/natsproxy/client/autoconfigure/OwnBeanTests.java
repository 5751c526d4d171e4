package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import io.natsproxy.webflux.client.NatsClientHttpRequestFactory;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsHandlerFactory;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.server.reactive.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.reactive.observation.ServerRequestObservationConvention;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.i18n.FixedLocaleContextResolver;
import org.springframework.web.server.i18n.LocaleContextResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bean of the application takes the place of each bean of services and callers that can
 * be replaced.
 */
class OwnBeanTests {

	@ParameterizedTest
	@MethodSource
	<T> void ownBeanTakesThePlaceOfOurs(OwnBean<T> own) {
		AtomicReference<T> made = new AtomicReference<>();
		Services.runner()
			.withConfiguration(AutoConfigurations.of(NatsRoutesAutoConfiguration.class,
					NatsSecurityAutoConfiguration.class, NatsServiceObservationAutoConfiguration.class))
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.withInitializer((context) -> register(own, made, (GenericApplicationContext) context))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				String[] names = context.getBeanNamesForType(own.type());
				Object bean = context.getBean(own.name());
				// Spring Boot has a WebClient.Builder of its own.
				assertThat(names).filteredOn((name) -> !name.equals("webClientBuilder")).containsExactly(own.name());
				assertThat(bean).isSameAs(made.get());
			});
	}

	private static <T> void register(OwnBean<T> own, AtomicReference<T> made, GenericApplicationContext context) {
		context.registerBean(own.name(), own.type(), () -> {
			made.set(own.factory().apply(context));
			return made.get();
		});
	}

	static Stream<OwnBean<?>> ownBeanTakesThePlaceOfOurs() {
		return Stream.of(
				new OwnBean<>("own", BlockingExecutor.class,
						(context) -> new BlockingExecutor(new SimpleAsyncTaskExecutor("own-"))),
				new OwnBean<>("own", WebSocketAcceptor.class,
						(context) -> new WebSocketAcceptor(context.getBean(NatsExchanges.class),
								context.getBean(NatsWebSocketOptions.class))),
				new OwnBean<>(WebHttpHandlerBuilder.LOCALE_CONTEXT_RESOLVER_BEAN_NAME, LocaleContextResolver.class,
						(context) -> new FixedLocaleContextResolver(Locale.GERMAN)),
				new OwnBean<>("own", NatsServer.class, OwnBeanTests::server),
				new OwnBean<>("own", NatsHandler.class, OwnBeanTests::handler),
				new OwnBean<>("own", NatsListenerOptions.class, OwnBeanTests::listenerOptions),
				new OwnBean<>("own", ServerRequestObservationConvention.class,
						(context) -> new DefaultServerRequestObservationConvention("own")),
				new OwnBean<>("natsproxyClientCaller", NatsCaller.class, OwnBeanTests::caller),
				new OwnBean<>("own", NatsWebSockets.class, OwnBeanTests::webSockets),
				new OwnBean<>("natsClientHttpConnector", ClientHttpConnector.class,
						(context) -> new NatsClientHttpConnector(caller(context), Duration.ofSeconds(1))),
				new OwnBean<>("natsClientHttpRequestFactory", ClientHttpRequestFactory.class,
						(context) -> new NatsClientHttpRequestFactory(caller(context), Duration.ofSeconds(1))),
				new OwnBean<>("natsRestClientBuilder", RestClient.Builder.class, (context) -> RestClient.builder()),
				new OwnBean<>("natsWebClientBuilder", WebClient.Builder.class, (context) -> WebClient.builder()));
	}

	/**
	 * A servlet application in the same context tells of itself, and not of this.
	 */
	@Test
	void descriptionIsForOthersOnlyWhereTheApplicationHasOne() {
		Services.runner()
			.run((context) -> assertThat(context.getSourceApplicationContext(ConfigurableApplicationContext.class)
				.getBeanFactory()
				.getMergedBeanDefinition("natsServiceDescription")
				.isFallback()).isTrue());
	}

	private static NatsCaller caller(ApplicationContext context) {
		return new NatsCaller(context.getBean(NatsExchanges.class),
				new NatsCallerOptions(1, 1, 1, 1, 1024, 4096, context.getBean(StreamOptions.class)));
	}

	private static NatsWebSockets webSockets(ApplicationContext context) {
		return new NatsWebSockets(new WebSocketCommands(context.getBean(NatsExchanges.class), caller(context),
				Duration.ofSeconds(1), context.getBean(NatsWebSocketOptions.class)));
	}

	private static NatsServer server(ApplicationContext context) {
		return new NatsServer(context.getBean(NatsExchanges.class), listenerOptions(context), handler(context),
				Duration.ofSeconds(1), true, context.getBean(WebSocketAcceptor.class));
	}

	private static NatsListenerOptions listenerOptions(ApplicationContext context) {
		return new NatsListenerOptions("own", 1, 1, 1024, true, context.getBean(StreamOptions.class), null);
	}

	private static NatsHandler handler(ApplicationContext context) {
		return new NatsHandlerFactory(context, context.getBean(BlockingExecutor.class).get(),
				context.getBean(WebSocketAcceptor.class))
			.create(List.of(), List.of());
	}

	/**
	 * A bean of the application.
	 *
	 * @param name its name: that of ours where this is what it is replaced by
	 * @param type its type
	 * @param factory makes it
	 */
	record OwnBean<T>(String name, Class<T> type, Function<ApplicationContext, T> factory) {

		@Override
		public String toString() {
			return this.type.getSimpleName();
		}

	}

}
