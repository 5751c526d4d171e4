package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the routes that are declared to subjects, streams and buckets of NATS.
 *
 * @param routes Declared routes, each with one target. They come before those of
 * services.
 */
@ConfigurationProperties("natsproxy.gateway")
public record GatewayRoutesProperties(@DefaultValue List<Route> routes) {

	/**
	 * A declared route.
	 *
	 * @param path Path pattern of the requests, required.
	 * @param methods HTTP methods of the requests. By default all that the target
	 * answers.
	 * @param order Order among routes for the same request, the lowest first. Among equal
	 * ones the most specific path counts.
	 * @param host Host of the requests, or a pattern such as '*.example.com'.
	 * @param headers Header fields that the requests must have, with a regular expression
	 * for the whole value.
	 * @param query Parameters of the query that the requests must have, with a regular
	 * expression for the whole value.
	 * @param version Version of the API that the requests must ask for.
	 * @param publish Publishes a message, and answers 202.
	 * @param request Sends a message to a NATS service, whose reply is the response.
	 * @param async Stores requests with 'Prefer: respond-async', and answers 202. They are
	 * done by the other target, which must be "request", or without one by the service of
	 * the path.
	 */
	public record Route(@Nullable String path, @DefaultValue List<String> methods, @DefaultValue("0") int order,
			@Nullable String host, @DefaultValue Map<String, String> headers, @DefaultValue Map<String, String> query,
			@Nullable String version, @Nullable Publish publish, @Nullable Request request,
			@Nullable Async async) {

	}

	/**
	 * The target "publish".
	 *
	 * @param subject Subject, with variables in braces, required.
	 * @param headers Header fields of requests that go out as headers of the message. By
	 * default Content-Type, traceparent and tracestate.
	 * @param allowReply Whether a client may name the reply subject of the message by the
	 * parameter 'reply'.
	 */
	public record Publish(@Nullable String subject, @Nullable List<String> headers,
			@DefaultValue("false") boolean allowReply) {

	}

	/**
	 * The target "request".
	 *
	 * @param subject Subject, with variables in braces, required.
	 * @param headers Header fields of requests that go out as headers of the message. By
	 * default Content-Type, traceparent and tracestate.
	 * @param timeout How long it may take until the reply has come. By default that of
	 * the gateway.
	 * @param maxReplySize Longest body of a reply. A longer one is answered with 502.
	 * @param contentType Media type of replies that tell none.
	 */
	public record Request(@Nullable String subject, @Nullable List<String> headers, @Nullable Duration timeout,
			@Nullable DataSize maxReplySize, @Nullable String contentType) {

	}

	/**
	 * Requests whose clients do not wait.
	 *
	 * @param stream Name of the stream in which requests are stored, of the retention
	 * policy "work queue", required.
	 * @param subject Subject on which gateways publish them. By default
	 * 'natsproxy.async.' and the name of the stream.
	 * @param bucket Name of the key-value bucket in which replies are kept, required.
	 * @param resultPath Path under which clients find replies, required.
	 * @param create Whether stream and bucket are made where they are not there.
	 * @param keep For how long requests wait, and replies are kept, where stream and
	 * bucket are made.
	 * @param timeout How long the reply to a request may take.
	 * @param silence Time after which a request whose gateway has gone is done by
	 * another.
	 * @param maxDeliveries How often it is tried to do a request before it has failed.
	 * @param concurrency How many requests a gateway does at once.
	 * @param maxWait For how long a client may wait for a reply by 'Prefer: wait', and by
	 * server-sent events.
	 */
	public record Async(@Nullable String stream, @Nullable String subject, @Nullable String bucket,
			@Nullable String resultPath, @DefaultValue("false") boolean create, @DefaultValue("1d") Duration keep,
			@DefaultValue("1m") Duration timeout, @DefaultValue("30s") Duration silence,
			@DefaultValue("20") int maxDeliveries, @DefaultValue("64") int concurrency,
			@DefaultValue("60s") Duration maxWait) {

	}

}
