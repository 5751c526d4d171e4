package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.declared.MessageFields;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteTarget;
import io.natsproxy.gateway.declared.async.AsyncQueue;
import io.natsproxy.gateway.declared.async.AsyncResultTarget;
import io.natsproxy.gateway.declared.async.AsyncTarget;
import io.natsproxy.gateway.declared.keyvalue.KeyValueTarget;
import io.natsproxy.gateway.declared.jetstream.JetStreamTarget;
import io.natsproxy.gateway.declared.publish.PublishTarget;
import io.natsproxy.gateway.declared.request.ReplyStatus;
import io.natsproxy.gateway.declared.request.RequestTarget;
import io.natsproxy.gateway.declared.request.SeveralReplies;
import io.natsproxy.gateway.declared.subscribe.SubscribeTarget;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;
import org.springframework.util.PatternMatchUtils;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Reads the routes that are declared by properties.
 */
final class RouteSettings {

	private final SettingChecks check;

	private final GatewayRoutesProperties.Route settings;

	private final @Nullable ApiVersionStrategy versions;

	private RouteSettings(int index, GatewayRoutesProperties.Route settings, @Nullable ApiVersionStrategy versions) {
		this.check = new SettingChecks("natsproxy.gateway.routes[" + index + "]");
		this.settings = settings;
		this.versions = versions;
	}

	/**
	 * Reads all routes.
	 * @param versions reads versions of APIs; {@code null} where there are none
	 */
	static List<NatsRoute> of(GatewayRoutesProperties properties, @Nullable ApiVersionStrategy versions) {
		List<NatsRoute> routes = new ArrayList<>();
		Set<AsyncQueue> queues = new LinkedHashSet<>();
		int index = 0;
		for (GatewayRoutesProperties.Route route : properties.routes()) {
			new RouteSettings(index++, route, versions).addTo(routes, queues);
		}
		queues.forEach((queue) -> routes.addAll(AsyncResultTarget.routes(queue)));
		return routes;
	}

	private void addTo(List<NatsRoute> routes, Set<AsyncQueue> queues) {
		GatewayRoutesProperties.Async async = this.settings.async();
		RouteTarget target = (async == null || hasTarget()) ? target() : null;
		if (target != null) {
			routes.add(route(target));
		}
		if (async != null) {
			AsyncQueue queue = this.check.made("async", () -> queue(async));
			queues.add(queue);
			routes.add(asyncRoute(queue, target));
		}
	}

	private NatsRoute asyncRoute(AsyncQueue queue, @Nullable RouteTarget target) {
		if (target != null && !(target instanceof RequestTarget)) {
			return this.check.made("async", () -> {
				throw new IllegalArgumentException(
						"Requests of the target '" + target.kind() + "' are not stored to be done later");
			});
		}
		return route(this.check.made("async", () -> new AsyncTarget(queue, (RequestTarget) target)),
				AsyncTarget.preferred());
	}

	private AsyncQueue queue(GatewayRoutesProperties.Async async) {
		String stream = this.check.present("async.stream", async.stream());
		String subject = async.subject();
		return new AsyncQueue(stream, (subject != null) ? subject : "natsproxy.async." + stream,
				this.check.present("async.bucket", async.bucket()),
				this.check.present("async.result-path", async.resultPath()), async.create(),
				this.check.positive("async.keep", async.keep()), this.check.positive("async.timeout", async.timeout()),
				this.check.positive("async.silence", async.silence()),
				this.check.positive("async.max-deliveries", async.maxDeliveries()),
				this.check.positive("async.concurrency", async.concurrency()),
				this.check.notNegative("async.max-wait", async.maxWait()));
	}

	private boolean hasTarget() {
		return targets().findAny().isPresent();
	}

	private NatsRoute route(RouteTarget target, RequestPredicate... more) {
		String path = this.check.present("path", this.settings.path());
		NatsRoute.Builder route = this.check.made("path", () -> NatsRoute.path(path))
			.methods(this.settings.methods().stream().map(HttpMethod::valueOf).toArray(HttpMethod[]::new))
			.order(this.settings.order());
		conditions().forEach(route::and);
		Stream.of(more).forEach(route::and);
		if (this.settings.verify() != null) {
			route.verify(VerifySettings.verifier(this.check, this.settings.verify()));
		}
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
			conditions.add(this.check.made("version", () -> version(version)));
		}
		return conditions.stream();
	}

	private static boolean isHost(String pattern, ServerRequest request) {
		String host = request.uri().getHost();
		return host != null && PatternMatchUtils.simpleMatchIgnoreCase(pattern, host);
	}

	private RequestPredicate version(String version) {
		if (this.versions == null) {
			throw new IllegalArgumentException("Requests are told apart by the version '" + version
					+ "', and the application has no API versions (spring.webflux.apiversion)");
		}
		this.versions.parseVersion(version.endsWith("+") ? version.substring(0, version.length() - 1) : version);
		return RequestPredicates.version(version);
	}

	private Pattern pattern(String name, String expression) {
		return this.check.made(name, () -> Pattern.compile(expression, Pattern.DOTALL));
	}

	private static boolean matches(Pattern pattern, @Nullable String value) {
		return value != null && value.length() <= SubjectTemplate.MAX_MATCHED && pattern.matcher(value).matches();
	}

	private Stream<RouteTarget> targets() {
		return Stream
			.<@Nullable RouteTarget>of(made(this.settings.publish(), this::publish),
					made(this.settings.request(), this::request), made(this.settings.keyValue(), this::keyValue),
					made(this.settings.jetstream(), this::jetStream),
					made(this.settings.subscribe(), this::subscribe))
			.filter(Objects::nonNull)
			.map(Objects::requireNonNull);
	}

	/**
	 * Returns the only target.
	 */
	private RouteTarget target() {
		List<RouteTarget> targets = targets().toList();
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

	private RouteTarget jetStream(GatewayRoutesProperties.JetStream jetStream) {
		SubjectTemplate subject = subject("jetstream.subject", jetStream.subject());
		MessageFields fields = fields("jetstream.headers", jetStream.headers());
		return this.check.made("jetstream", () -> new JetStreamTarget(subject, fields, jetStream.stream(),
				jetStream.idempotencyKey(), jetStream.timeout(), jetStream.readable()));
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
				request.contentType(), status(request), several(request.replies()));
	}

	private @Nullable ReplyStatus status(GatewayRoutesProperties.Request request) {
		String header = request.statuses().isEmpty() ? request.statusHeader()
				: this.check.present("request.status-header", request.statusHeader());
		return (header != null) ? this.check.made("request.statuses", () -> new ReplyStatus(header, request.statuses()))
				: null;
	}

	private @Nullable SeveralReplies several(GatewayRoutesProperties.@Nullable Replies replies) {
		if (replies == null) {
			return null;
		}
		Duration stall = replies.stall();
		return new SeveralReplies(this.check.notNegative("request.replies.max", replies.max()),
				(stall != null) ? this.check.positive("request.replies.stall", stall) : null, replies.sentinel());
	}

	private RouteTarget keyValue(GatewayRoutesProperties.KeyValue settings) {
		String bucket = this.check.present("key-value.bucket", settings.bucket());
		String key = settings.key();
		DataSize maxValueSize = settings.maxValueSize();
		SubjectTemplate template = (key != null) ? this.check.made("key-value.key", () -> KeyValueTarget.template(key))
				: null;
		Set<HttpMethod> methods = settings.methods().isEmpty() ? KeyValueTarget.METHODS
				: settings.methods().stream().map(HttpMethod::valueOf).collect(Collectors.toSet());
		long limit = (maxValueSize != null) ? this.check.notNegative("key-value.max-value-size", maxValueSize)
				: Long.MAX_VALUE;
		Duration ttl = (settings.ttl() != null) ? this.check.positive("key-value.ttl", settings.ttl()) : null;
		Duration heartbeat = this.check.positive("key-value.heartbeat", settings.heartbeat());
		return this.check.made("key-value.bucket", () -> new KeyValueTarget(bucket, template, methods, limit, ttl,
				settings.listing(), settings.contentType(), heartbeat));
	}

	private RouteTarget subscribe(GatewayRoutesProperties.Subscribe subscribe) {
		String subject = this.check.present("subscribe.subject", subscribe.subject());
		Duration maxDuration = subscribe.maxDuration();
		return this.check.made("subscribe.as", () -> new SubscribeTarget(
				this.check.made("subscribe.subject", () -> SubjectTemplate.ofSubscription(subject)), subscribe.as(),
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
