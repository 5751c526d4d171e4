package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.declared.jetstream.IdempotencyUse;
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
	 * @param jetstream Publishes a message to a stream, and answers 201 when it is
	 * stored.
	 * @param publish Publishes a message, and answers 202.
	 * @param request Sends a message to a NATS service, whose reply is the response.
	 */
	public record Route(@Nullable String path, @DefaultValue List<String> methods, @DefaultValue("0") int order,
			@Nullable String host, @DefaultValue Map<String, String> headers, @DefaultValue Map<String, String> query,
			@Nullable String version, @Nullable JetStream jetstream, @Nullable Publish publish,
			@Nullable Request request) {

	}

	/**
	 * The target "jetstream".
	 *
	 * @param subject Subject, with variables in braces, required.
	 * @param headers Header fields of requests that go out as headers of the message. By
	 * default Content-Type, traceparent and tracestate.
	 * @param stream Name of the stream that has to store the message. By default
	 * whichever takes the subject.
	 * @param idempotencyKey Whether requests must or may have the header Idempotency-Key,
	 * by which the stream knows messages that it has stored already.
	 * @param timeout How long it may take until the message is stored, 5 seconds at the
	 * most.
	 * @param readable Whether clients may read messages of the subject by GET, each at
	 * the location that its publisher was told. Requires a stream.
	 */
	public record JetStream(@Nullable String subject, @Nullable List<String> headers, @Nullable String stream,
			@DefaultValue("optional") IdempotencyUse idempotencyKey, @DefaultValue("5s") Duration timeout,
			@DefaultValue("false") boolean readable) {

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

}
