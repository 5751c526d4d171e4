package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteTarget;
import io.natsproxy.gateway.declared.publish.PublishTarget;
import io.natsproxy.gateway.declared.request.RequestTarget;
import io.natsproxy.gateway.declared.subscribe.SubscribeTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.util.PatternMatchUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Reads the routes that are declared by properties.
 */
final class RouteSettings {

	private final SettingChecks check;

	private final GatewayRoutesProperties.Route settings;

	private RouteSettings(int index, GatewayRoutesProperties.Route settings) {
		this.check = new SettingChecks("natsproxy.gateway.routes[" + index + "]");
		this.settings = settings;
	}

	/**
	 * Reads all routes.
	 */
	static List<NatsRoute> of(GatewayRoutesProperties properties) {
		List<NatsRoute> routes = new ArrayList<>();
		for (GatewayRoutesProperties.Route route : properties.routes()) {
			routes.add(new RouteSettings(routes.size(), route).route());
		}
		return routes;
	}

	private NatsRoute route() {
		String path = this.check.present("path", this.settings.path());
		NatsRoute.Builder route = this.check.made("path", () -> NatsRoute.path(path))
			.methods(this.settings.methods().stream().map(HttpMethod::valueOf).toArray(HttpMethod[]::new))
			.order(this.settings.order());
		conditions().forEach(route::and);
		RouteTarget target = target();
		return this.check.made("methods", () -> route.to(target));
	}

	private Stream<RequestPredicate> conditions() {
		List<RequestPredicate> conditions = new ArrayList<>();
		String host = this.settings.host();
		if (host != null) {
			conditions.add((request) -> isHost(host, request));
		}
		this.settings.headers().forEach((name, expression) -> {
			Pattern pattern = pattern("headers." + name, expression);
			conditions.add(RequestPredicates
				.headers((headers) -> headers.header(name).stream().anyMatch((value) -> matches(pattern, value))));
		});
		this.settings.query().forEach((name, expression) -> {
			Pattern pattern = pattern("query." + name, expression);
			conditions.add(RequestPredicates.queryParam(name, (value) -> matches(pattern, value)));
		});
		String version = this.settings.version();
		if (version != null) {
			conditions.add(RequestPredicates.version(version));
		}
		return conditions.stream();
	}

	private static boolean isHost(String pattern, ServerRequest request) {
		String host = request.uri().getHost();
		return host != null && PatternMatchUtils.simpleMatchIgnoreCase(pattern, host);
	}

	private Pattern pattern(String name, String expression) {
		return this.check.made(name, () -> Pattern.compile(expression, Pattern.DOTALL));
	}

	private static boolean matches(Pattern pattern, @Nullable String value) {
		return value != null && pattern.matcher(value).matches();
	}

	/**
	 * Returns the only target.
	 */
	private RouteTarget target() {
		List<RouteTarget> targets = Stream
			.<@Nullable RouteTarget>of(made(this.settings.publish(), this::publish),
					made(this.settings.request(), this::request), made(this.settings.subscribe(), this::subscribe))
			.filter(Objects::nonNull)
			.map(Objects::requireNonNull)
			.toList();
		return this.check.made("path", () -> {
			if (targets.size() != 1) {
				throw new IllegalArgumentException("Route '" + this.settings.path() + "' has "
						+ (targets.isEmpty() ? "no target" : "more than one target"));
			}
			return targets.get(0);
		});
	}

	private static <S> @Nullable RouteTarget made(@Nullable S settings, Function<S, RouteTarget> target) {
		return (settings != null) ? target.apply(settings) : null;
	}

	private RouteTarget publish(GatewayRoutesProperties.Publish publish) {
		return new PublishTarget(subject("publish.subject", publish.subject()),
				fields("publish.headers", publish.headers()), publish.allowReply());
	}

	private RouteTarget request(GatewayRoutesProperties.Request request) {
		DataSize maxReplySize = request.maxReplySize();
		return new RequestTarget(subject("request.subject", request.subject()),
				fields("request.headers", request.headers()),
				(request.timeout() != null) ? this.check.positive("request.timeout", request.timeout()) : null,
				(maxReplySize != null) ? this.check.notNegative("request.max-reply-size", maxReplySize)
						: Long.MAX_VALUE,
				request.contentType());
	}

	private RouteTarget subscribe(GatewayRoutesProperties.Subscribe subscribe) {
		String subject = this.check.present("subscribe.subject", subscribe.subject());
		Duration maxDuration = subscribe.maxDuration();
		return this.check.made("subscribe.as",
				() -> new SubscribeTarget(
						this.check.made("subscribe.subject", () -> SubjectTemplate.ofSubscription(subject)),
						subscribe.stream(), subscribe.as(),
						this.check.positive("subscribe.heartbeat", subscribe.heartbeat()),
						(maxDuration != null) ? this.check.positive("subscribe.max-duration", maxDuration) : null,
						this.check.notNegative("subscribe.buffer", subscribe.buffer()), subscribe.slowClient(),
						this.check.positive("subscribe.max-subscribers", subscribe.maxSubscribers())));
	}

	private SubjectTemplate subject(String name, @Nullable String subject) {
		String template = this.check.present(name, subject);
		return this.check.made(name, () -> SubjectTemplate.of(template));
	}

	private MessageFields fields(String name, @Nullable List<String> headers) {
		return (headers != null) ? this.check.made(name, () -> new MessageFields(headers)) : MessageFields.DEFAULT;
	}

}
