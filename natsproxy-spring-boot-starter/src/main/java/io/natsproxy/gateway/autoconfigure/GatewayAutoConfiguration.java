package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsproxyProperties;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.natsproxy.core.wire.WireProtocol;
import io.natsproxy.gateway.BodyLimits;
import io.natsproxy.gateway.DeclaredHandlers;
import io.natsproxy.gateway.GatewayDispatcherHandler;
import io.natsproxy.gateway.GatewayFormats;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.GatewayHandlerMapping;
import io.natsproxy.gateway.GatewayOptions;
import io.natsproxy.gateway.GatewayTelemetry;
import io.natsproxy.gateway.GoneClientExceptionHandler;
import io.natsproxy.gateway.OwnResources;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.gateway.RequestLog;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.cors.CorsFieldRemoval;
import io.natsproxy.gateway.cors.GatewayCorsProcessor;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.NominatedFieldRemoval;
import io.natsproxy.gateway.headers.OwnOrigin;
import io.natsproxy.gateway.headers.PassedOnFields;
import io.natsproxy.gateway.headers.TrustedProxies;
import io.natsproxy.gateway.hook.ResponseHook;
import io.natsproxy.gateway.hook.ResponseHooks;
import io.natsproxy.gateway.observation.ExchangeObserver;
import io.natsproxy.gateway.response.FieldRules;
import io.natsproxy.gateway.route.RoutePolicy;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.gateway.traffic.TrafficWatch;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.webflux.path.PathCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebHandler;

/**
 * Auto-configuration of the gateway: every HTTP request that no mapping of the
 * application claims goes to NATS.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GatewayProperties.class)
public final class GatewayAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway");

	@Bean(defaultCandidate = false)
	@Qualifier("natsproxyGatewayCaller")
	@ConditionalOnMissingBean(name = "natsproxyGatewayCaller")
	NatsCaller natsproxyGatewayCaller(NatsExchanges exchanges, StreamOptions streams, GatewayProperties properties) {
		int maxInFlight = CHECK.positive("max-in-flight", properties.maxInFlight());
		int maxStreams = CHECK.positive("max-streams", properties.maxStreams());
		return new NatsCaller(exchanges, new NatsCallerOptions(maxInFlight, maxStreams,
				perAddress("max-in-flight-per-address", properties.maxInFlightPerAddress(), maxInFlight),
				perAddress("max-streams-per-address", properties.maxStreamsPerAddress(), maxStreams),
				CHECK.bytes("max-head-size", properties.maxHeadSize(), 1),
				CHECK.bytes("max-control-line", properties.maxControlLine(), WireProtocol.CONTROL_LINE_RESERVE + 1),
				streams));
	}

	/**
	 * Returns the limit of one address: half of what there is by default, so that there
	 * is always something left for others.
	 */
	private static int perAddress(String name, @Nullable Integer limit, int total) {
		return (limit != null) ? CHECK.positive(name, limit) : Math.max(1, total / 2);
	}

	@Bean
	@ConditionalOnMissingBean
	GoneClientExceptionHandler natsproxyGoneClientExceptionHandler() {
		return new GoneClientExceptionHandler();
	}

	@Bean
	@ConditionalOnMissingBean
	NominatedFieldRemoval natsproxyNominatedFieldRemoval() {
		return new NominatedFieldRemoval();
	}

	@Bean
	@ConditionalOnMissingBean
	ForwardedHeaders natsproxyForwardedHeaders(GatewayProperties properties) {
		return new ForwardedHeaders(
				CHECK.made("trusted-proxies", () -> new TrustedProxies(properties.trustedProxies())));
	}

	@Bean
	@ConditionalOnMissingBean
	RefusalRecorder natsproxyRefusalRecorder() {
		return RefusalRecorder.NONE;
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayFormats natsproxyGatewayFormats(ObjectProvider<MessageFormat> formats, GatewayProperties properties) {
		return new FormatSettings(formats.orderedStream().toList()).of(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayTelemetry natsproxyGatewayTelemetry(RefusalRecorder refusals, ObjectProvider<ExchangeObserver> observer,
			NatsExchanges exchanges, GatewayFormats formats, ObjectProvider<AccessLog> accessLog,
			ForwardedHeaders forwardedHeaders) {
		boolean accessed = accessLog.getIfAvailable() != null;
		return new GatewayTelemetry(refusals, observer.getIfAvailable(() -> ExchangeObserver.NONE),
				new RequestLog(exchanges.subjectCodec(), formats, accessed ? forwardedHeaders : null));
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayHandler natsproxyGatewayHandler(@Qualifier("natsproxyGatewayCaller") NatsCaller caller,
			ForwardedHeaders forwardedHeaders, GatewayProperties properties, ObjectProvider<ResponseHook> hooks,
			GatewayFormats formats, GatewayTelemetry telemetry, ObjectProvider<RouteTable> routes) {
		boolean judgesOrigins = CorsSettings.areSet(properties.cors());
		List<ResponseHook> all = new ArrayList<>();
		if (judgesOrigins) {
			all.add(new CorsFieldRemoval());
		}
		all.addAll(hooks.orderedStream().toList());
		GatewayOptions options = new GatewayOptions(CHECK.positive("timeout", properties.timeout()),
				bodyLimits(properties), routePolicy(properties, routes.getIfAvailable()), formats,
				PassedOnFields.of(judgesOrigins));
		return new GatewayHandler(caller, forwardedHeaders, new ResponseHooks(all), options, telemetry);
	}

	private static RoutePolicy routePolicy(GatewayProperties properties, @Nullable RouteTable routes) {
		Duration maxTimeout = properties.maxTimeout();
		return InvalidNatsSettingException.check("natsproxy.gateway.route-mode",
				() -> new RoutePolicy(routes, properties.routeMode(), properties.noRespondersStatus(),
						properties.methodNotAllowed(),
						(maxTimeout != null) ? CHECK.positive("max-timeout", maxTimeout) : properties.timeout()));
	}

	@Bean
	@ConditionalOnMissingBean
	GatewayHandlerMapping natsproxyGatewayHandlerMapping(ApplicationContext context, GatewayHandler handler,
			ObjectProvider<WebSocketGateway> webSocketGateway, GatewayTelemetry telemetry,
			ForwardedHeaders forwardedHeaders, GatewayProperties properties, ObjectProvider<RouteTable> routes,
			ObjectProvider<TrafficWatch> traffic, ObjectProvider<DeclaredHandlers> declared) {
		WebSocketGateway sockets = webSocketGateway.getIfAvailable();
		UnaryOperator<WebHandler> watched = watched(traffic.getIfAvailable());
		return new GatewayHandlerMapping(context, watched.apply(handler),
				(sockets != null) ? watched.apply(telemetry.log().of(sockets)) : null,
				CorsSettings.configuration(properties.cors()),
				new GatewayCorsProcessor(new OwnOrigin(forwardedHeaders)), routes.getIfAvailable(),
				declared.getIfAvailable());
	}

	static UnaryOperator<WebHandler> watched(@Nullable TrafficWatch traffic) {
		return (traffic != null) ? traffic::of : UnaryOperator.identity();
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty(name = "natsproxy.discovery.enabled", matchIfMissing = true)
	RouteTable natsproxyRouteTable(NatsExchanges exchanges, NatsproxyProperties properties,
			@Value("${management.metrics.web.server.max-uri-tags:100}") int maxUriTags) {
		String prefix = properties.discovery().prefix();
		// The application's own mappings have tags, too.
		return InvalidNatsSettingException.check("natsproxy.discovery.prefix",
				() -> new RouteTable(exchanges, prefix, maxUriTags - maxUriTags / 5));
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "natsproxy.gateway.dispatch-shortcut", matchIfMissing = true)
	static BeanPostProcessor natsproxyGatewayDispatcherHandler(ApplicationContext context,
			ObjectProvider<GatewayHandlerMapping> mapping) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				return (bean.getClass() == DispatcherHandler.class)
						? new GatewayDispatcherHandler(context, mapping.getObject()) : bean;
			}

		};
	}

	@Bean
	static BeanPostProcessor natsproxyGatewayOwnResources(ObjectProvider<WebFluxProperties> webFlux,
			ObjectProvider<FieldRules> fieldRules) {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String name) {
				if (!(bean instanceof HttpHandler handler)) {
					return bean;
				}
				WebFluxProperties properties = webFlux.getIfAvailable();
				String basePath = (properties != null) ? properties.getBasePath() : null;
				return new OwnResources(handler, (basePath != null) ? basePath : "",
						(fields) -> fieldRules.ifAvailable((rules) -> rules.applyToRefusal(fields)));
			}

		};
	}

	@Bean
	GatewayStartupLog natsproxyGatewayStartupLog(GatewayProperties properties,
			ObjectProvider<SharedEventLoops> eventLoops) {
		return new GatewayStartupLog(properties, eventLoops.getIfAvailable());
	}

	private static BodyLimits bodyLimits(GatewayProperties properties) {
		DataSize limit = properties.maxBodySize();
		List<BodyLimits.BodyLimit> byPath = new ArrayList<>();
		for (GatewayProperties.BodyLimit each : properties.bodyLimits()) {
			String name = "body-limits[" + byPath.size() + "]";
			PathCondition path = CHECK.made(name, () -> path(each.path(), each.regex()));
			DataSize maxSize = CHECK.present(name + ".max-size", each.maxSize());
			byPath.add(new BodyLimits.BodyLimit(path, CHECK.notNegative(name + ".max-size", maxSize)));
		}
		return new BodyLimits(byPath, (limit != null) ? CHECK.notNegative("max-body-size", limit) : Long.MAX_VALUE);
	}

	private static PathCondition path(@Nullable String pattern, @Nullable String regex) {
		PathCondition path = PathCondition.of(pattern, regex);
		return (path != null) ? path : PathCondition.any();
	}

}
