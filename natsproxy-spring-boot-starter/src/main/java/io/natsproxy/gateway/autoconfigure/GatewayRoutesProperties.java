package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.natsproxy.gateway.declared.subscribe.SlowClientPolicy;
import io.natsproxy.gateway.declared.subscribe.SubscribeFormat;
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
	 * @param subscribe Sends the messages of a subject to clients as they come.
	 */
	public record Route(@Nullable String path, @DefaultValue List<String> methods, @DefaultValue("0") int order,
			@Nullable String host, @DefaultValue Map<String, String> headers, @DefaultValue Map<String, String> query,
			@Nullable String version, @Nullable Publish publish, @Nullable Request request,
			@Nullable Subscribe subscribe) {

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
	 * The target "subscribe".
	 *
	 * @param subject Subject, with variables in braces, required. It may have wildcards
	 * of its own.
	 * @param stream Stream that stores the messages, so that clients can go on where they
	 * were. By default clients get what comes while they listen.
	 * @param as Forms in which clients may get messages. The first is for those that have
	 * no preference.
	 * @param heartbeat How long a response may be silent until a sign of life is sent.
	 * @param maxDuration How long a response may last. By default as long as the client
	 * listens.
	 * @param buffer How much may wait for one client.
	 * @param slowClient What becomes of a client for which more waits.
	 * @param maxSubscribers How many clients the route may have at once.
	 */
	public record Subscribe(@Nullable String subject, @Nullable String stream, @DefaultValue( {
			"sse", "ndjson", "websocket" }) List<SubscribeFormat> as, @DefaultValue("15s") Duration heartbeat,
			@Nullable Duration maxDuration, @DefaultValue("64KB") DataSize buffer,
			@DefaultValue("drop-oldest") SlowClientPolicy slowClient, @DefaultValue("10000") int maxSubscribers){

	}

}
