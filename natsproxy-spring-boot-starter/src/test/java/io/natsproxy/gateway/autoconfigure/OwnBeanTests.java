package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.gateway.BodyLimits;
import io.natsproxy.gateway.GatewayFormats;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.GatewayHandlerMapping;
import io.natsproxy.gateway.GatewayOptions;
import io.natsproxy.gateway.GatewayTelemetry;
import io.natsproxy.gateway.GoneClientExceptionHandler;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.gateway.RequestLog;
import io.natsproxy.gateway.access.AccessFormat;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.access.AccessSink;
import io.natsproxy.gateway.client.ClientConnections;
import io.natsproxy.gateway.client.ClientLimits;
import io.natsproxy.gateway.cors.GatewayCorsProcessor;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.NominatedFieldRemoval;
import io.natsproxy.gateway.headers.OwnOrigin;
import io.natsproxy.gateway.headers.PassedOnFields;
import io.natsproxy.gateway.headers.TrustedProxies;
import io.natsproxy.gateway.hook.ResponseHooks;
import io.natsproxy.gateway.observation.ExchangeObserver;
import io.natsproxy.gateway.response.FieldRules;
import io.natsproxy.gateway.route.NoRespondersStatus;
import io.natsproxy.gateway.route.RouteMode;
import io.natsproxy.gateway.route.RoutePolicy;
import io.natsproxy.gateway.shutdown.ConnectionShutdown;
import io.natsproxy.gateway.shutdown.OpenConnections;
import io.natsproxy.gateway.websocket.OriginCheck;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.gateway.websocket.WebSocketLifecycle;
import io.natsproxy.gateway.websocket.WebSocketOptions;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsProcessor;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bean of the application takes the place of each bean of the gateway that can be
 * replaced.
 */
class OwnBeanTests {

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NatsConnectionAutoConfiguration.class,
				NatsExchangesAutoConfiguration.class, GatewayAccessLogAutoConfiguration.class,
				GatewayAutoConfiguration.class, GatewayClientAutoConfiguration.class,
				GatewayCorsAutoConfiguration.class, GatewayEventLoopAutoConfiguration.class,
				GatewayForwardedHeadersAutoConfiguration.class, GatewayManagementPathAutoConfiguration.class,
				GatewayMetricsAutoConfiguration.class, GatewayObservationAutoConfiguration.class,
				GatewayResponseAutoConfiguration.class, GatewayShutdownAutoConfiguration.class,
				GatewayUpgradeAutoConfiguration.class, GatewayWebSocketAutoConfiguration.class))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withBean(ObservationRegistry.class, ObservationRegistry::create)
		.withPropertyValues("natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.nats.startup-wait=0s",
				"natsproxy.nats.watchdog.enabled=false", "natsproxy.gateway.access-log.enabled=true",
				"natsproxy.gateway.cors.allowed-origins=https://shop.example.com");

	@ParameterizedTest
	@MethodSource
	<T> void ownBeanTakesThePlaceOfOurs(OwnBean<T> own) {
		AtomicReference<T> made = new AtomicReference<>();
		this.runner.withInitializer((context) -> register(own, made, (GenericApplicationContext) context))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeansOfType(own.type())).containsExactlyEntriesOf(Map.of(own.name(), made.get()));
			});
	}

	private static <T> void register(OwnBean<T> own, AtomicReference<T> made, GenericApplicationContext context) {
		context.registerBean(own.name(), own.type(), () -> {
			made.set(own.factory().apply(context));
			return made.get();
		});
	}

	static Stream<OwnBean<?>> ownBeanTakesThePlaceOfOurs() {
		return Stream.of(new OwnBean<>("natsproxyGatewayCaller", NatsCaller.class, OwnBeanTests::caller),
				new OwnBean<>("own", GoneClientExceptionHandler.class, (context) -> new GoneClientExceptionHandler()),
				new OwnBean<>("own", NominatedFieldRemoval.class, (context) -> new NominatedFieldRemoval()),
				new OwnBean<>("own", ForwardedHeaders.class,
						(context) -> new ForwardedHeaders(new TrustedProxies(List.of("10.0.0.0/8")))),
				new OwnBean<>("own", RefusalRecorder.class, (context) -> (reason) -> {
				}), new OwnBean<>("own", ExchangeObserver.class, (context) -> ExchangeObserver.NONE),
				new OwnBean<>("own", AccessLog.class,
						(context) -> new AccessLog(AccessFormat.JSON, AccessSink.logger("own"), 1)),
				new OwnBean<>("own", AccessLogMetrics.class,
						(context) -> new AccessLogMetrics(context.getBean(AccessLog.class))),
				new OwnBean<>("own", GatewayFormats.class, (context) -> GatewayFormats.NATIVE),
				new OwnBean<>("own", GatewayTelemetry.class, OwnBeanTests::telemetry),
				new OwnBean<>("own", GatewayHandler.class, OwnBeanTests::handler),
				new OwnBean<>("own", GatewayHandlerMapping.class,
						(context) -> new GatewayHandlerMapping(context, context.getBean(GatewayHandler.class), null,
								null, new DefaultCorsProcessor())),
				new OwnBean<>("own", FieldRules.class, (context) -> new FieldRules(context, List.of())),
				new OwnBean<>("own", ClientConnections.class, OwnBeanTests::clientConnections),
				new OwnBean<>("own", CorsConfigurationSource.class, (context) -> (exchange) -> new CorsConfiguration()),
				new OwnBean<>("own", CorsProcessor.class,
						(context) -> new GatewayCorsProcessor(new OwnOrigin(context.getBean(ForwardedHeaders.class)))),
				new OwnBean<>("natsproxyEventLoops", LoopResources.class,
						(context) -> LoopResources.create("own", 1, true)),
				new OwnBean<>("own", SharedEventLoops.class, OwnBeanTests::eventLoops),
				new OwnBean<>("own", OpenConnections.class, (context) -> new OpenConnections()),
				new OwnBean<>("own", ConnectionShutdown.class,
						(context) -> new ConnectionShutdown(context.getBean(OpenConnections.class), Duration.ZERO)),
				new OwnBean<>("natsproxyManagementPathMapping", SimpleUrlHandlerMapping.class,
						(context) -> new SimpleUrlHandlerMapping(Map.of())),
				new OwnBean<>("own", GatewayWebSockets.class, OwnBeanTests::webSockets),
				new OwnBean<>("own", WebSocketGateway.class, OwnBeanTests::webSocketGateway),
				new OwnBean<>("own", WebSocketLifecycle.class,
						(context) -> new WebSocketLifecycle(context.getBean(WebSocketGateway.class))));
	}

	private static NatsCaller caller(ApplicationContext context) {
		return new NatsCaller(context.getBean(NatsExchanges.class),
				new NatsCallerOptions(1, 1, 1, 1, 1024, 4096, context.getBean(StreamOptions.class)));
	}

	private static GatewayTelemetry telemetry(ApplicationContext context) {
		return new GatewayTelemetry(RefusalRecorder.NONE, ExchangeObserver.NONE,
				new RequestLog(context.getBean(NatsExchanges.class).subjectCodec(), GatewayFormats.NATIVE));
	}

	private static GatewayHandler handler(ApplicationContext context) {
		GatewayOptions options = new GatewayOptions(Duration.ofSeconds(1), new BodyLimits(List.of(), 1024),
				new RoutePolicy(null, RouteMode.OPEN, NoRespondersStatus.AUTO, false, Duration.ofSeconds(1)),
				GatewayFormats.NATIVE, PassedOnFields.of(false));
		return new GatewayHandler(context.getBean("natsproxyGatewayCaller", NatsCaller.class),
				context.getBean(ForwardedHeaders.class), new ResponseHooks(List.of()), options,
				context.getBean(GatewayTelemetry.class));
	}

	private static ClientConnections clientConnections(ApplicationContext context) {
		ClientLimits limits = new ClientLimits(Duration.ZERO, Duration.ZERO, 0, 0, Duration.ofSeconds(1), 0,
				Duration.ZERO, 0, Duration.ZERO);
		return new ClientConnections(limits, RefusalRecorder.NONE, (fields) -> {
		});
	}

	private static SharedEventLoops eventLoops(ApplicationContext context) {
		LoopResources eventLoops = context.getBean("natsproxyEventLoops", LoopResources.class);
		EventLoopGroup group = eventLoops.onServer(LoopResources.DEFAULT_NATIVE);
		return new SharedEventLoops(List.of((EventLoop) group.iterator().next()),
				eventLoops.onChannelClass(SocketChannel.class, group), 1);
	}

	private static GatewayWebSockets webSockets(ApplicationContext context) {
		return new GatewayWebSockets(context.getBean(NatsExchanges.class),
				context.getBean("natsproxyGatewayCaller", NatsCaller.class),
				context.getBean(NatsWebSocketOptions.class));
	}

	private static WebSocketGateway webSocketGateway(ApplicationContext context) {
		WebSocketOptions options = new WebSocketOptions(Duration.ofSeconds(1), 1, 1, 1024, false, false, Duration.ZERO,
				Duration.ZERO, Duration.ZERO);
		return new WebSocketGateway(context.getBean(GatewayHandler.class), context.getBean(GatewayWebSockets.class),
				context.getBean(NatsExchanges.class).timer(),
				new OriginCheck(new OwnOrigin(context.getBean(ForwardedHeaders.class)), List.of()), options);
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
