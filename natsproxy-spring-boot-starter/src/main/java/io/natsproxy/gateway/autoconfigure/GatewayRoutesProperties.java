package io.natsproxy.gateway.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.gateway.declared.jetstream.IdempotencyUse;
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
 * @param allowedTargets Kinds of targets that routes may have, such as 'publish'. By
 * default all.
 */
@ConfigurationProperties("natsproxy.gateway")
public record GatewayRoutesProperties(@DefaultValue List<Route> routes, @Nullable Set<String> allowedTargets) {

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
	 * @param verify Signatures that the requests must have: webhooks. The method is POST
	 * alone, unless others with bodies are named.
	 * @param jetstream Publishes a message to a stream, and answers 201 when it is
	 * stored.
	 * @param publish Publishes a message, and answers 202.
	 * @param request Sends a message to a NATS service, whose reply is the response.
	 * @param keyValue Reads, writes, lists and watches the keys of a bucket.
	 * @param subscribe Sends the messages of a subject to clients as they come.
	 * @param objectStore Reads, stores, deletes and lists the objects of a bucket.
	 * @param async Stores requests with 'Prefer: respond-async', and answers 202. They
	 * are done by the other target, which must be "request", or without one by the
	 * service of the path.
	 */
	public record Route(@Nullable String path, @DefaultValue List<String> methods, @DefaultValue("0") int order,
			@Nullable String host, @DefaultValue Map<String, String> headers, @DefaultValue Map<String, String> query,
			@Nullable String version, @Nullable Verify verify, @Nullable JetStream jetstream, @Nullable Publish publish,
			@Nullable Request request, @Nullable KeyValue keyValue, @Nullable Subscribe subscribe,
			@Nullable ObjectStore objectStore, @Nullable Async async) {

	}

	/**
	 * The signatures of webhooks.
	 *
	 * @param type Who signs, and how, required.
	 * @param secret Secret that is shared with the sender.
	 * @param secretFile File with a secret, read at the start; blanks around it do not
	 * count.
	 * @param secrets Further secrets, each of which is as good, while they are being
	 * changed.
	 * @param tolerance How far the time of a request may be away, before or after, where
	 * it is signed: with 'standard-webhooks' and 'stripe'.
	 * @param maxSize Longest body. A longer one is answered with 413.
	 * @param header With 'hmac', the header field that has the signature, required.
	 * @param prefix With 'hmac', what stands before the signature, such as 'sha256='.
	 * @param algorithm With 'hmac', the algorithm.
	 * @param encoding With 'hmac', how the signature is written.
	 * @param idHeader With 'hmac', the header field that has the id of the message.
	 */
	public record Verify(@Nullable Type type, @Nullable String secret, @Nullable String secretFile,
			@DefaultValue List<String> secrets, @DefaultValue("5m") Duration tolerance,
			@DefaultValue("1MB") DataSize maxSize, @Nullable String header, @DefaultValue("") String prefix,
			@DefaultValue("HmacSHA256") String algorithm, @DefaultValue("hex") Encoding encoding,
			@Nullable String idHeader) {

		/**
		 * Who signs, and how.
		 */
		public enum Type {

			/**
			 * Standard Webhooks, with symmetric signatures.
			 */
			STANDARD_WEBHOOKS,

			/**
			 * GitHub: X-Hub-Signature-256.
			 */
			GITHUB,

			/**
			 * Stripe: Stripe-Signature.
			 */
			STRIPE,

			/**
			 * A code of the body in a header field.
			 */
			HMAC

		}

		/**
		 * How a signature is written.
		 */
		public enum Encoding {

			/**
			 * Hexadecimal digits.
			 */
			HEX,

			/**
			 * Base64.
			 */
			BASE64

		}

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
	 * @param statusHeader Header of the reply that tells the status: as a number, or as
	 * 'statuses' has it.
	 * @param statuses Statuses by values of the header of the reply.
	 * @param replies When the replies end, where there are several: each is a line of the
	 * response.
	 */
	public record Request(@Nullable String subject, @Nullable List<String> headers, @Nullable Duration timeout,
			@Nullable DataSize maxReplySize, @Nullable String contentType, @Nullable String statusHeader,
			@DefaultValue Map<String, Integer> statuses, @Nullable Replies replies) {

	}

	/**
	 * Several replies to one request. Whatever else ends them, the time-out does.
	 *
	 * @param max Most replies, after which they end; 0 for any number.
	 * @param stall How long none may come until they end.
	 * @param sentinel Whether a reply without a payload ends them. The response is broken
	 * off if the time-out comes first.
	 */
	public record Replies(@DefaultValue("0") int max, @Nullable Duration stall,
			@DefaultValue("false") boolean sentinel) {

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

	/**
	 * The target "key-value".
	 *
	 * @param bucket Name of the bucket, required. It has to exist.
	 * @param key Key, with variables in braces. By default what the path has behind the
	 * literal part of its pattern, one token for each segment.
	 * @param methods HTTP methods that are answered. By default GET, PUT, POST and
	 * DELETE.
	 * @param maxValueSize Longest value that is written. By default what fits a message.
	 * @param ttl How long a value is kept, and the longest time that a client may ask
	 * for. Takes nats-server 2.11, and a bucket that allows it.
	 * @param listing Whether the keys can be listed and watched together.
	 * @param contentType Media type of values that tell none.
	 * @param heartbeat How often a watch shows that it is there.
	 */
	public record KeyValue(@Nullable String bucket, @Nullable String key, @DefaultValue List<String> methods,
			@Nullable DataSize maxValueSize, @Nullable Duration ttl, @DefaultValue("true") boolean listing,
			@DefaultValue("application/octet-stream") String contentType, @DefaultValue("15s") Duration heartbeat) {

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
	 * @param buffer How much may wait for one client, beside one message that may be
	 * longer.
	 * @param slowClient What becomes of a client for which more waits.
	 * @param maxSubscribers How many clients the route may have at once.
	 */
	public record Subscribe(@Nullable String subject, @Nullable String stream, @DefaultValue( {
			"sse", "ndjson", "websocket" }) List<SubscribeFormat> as, @DefaultValue("15s") Duration heartbeat,
			@Nullable Duration maxDuration, @DefaultValue("64KB") DataSize buffer,
			@DefaultValue("drop-oldest") SlowClientPolicy slowClient, @DefaultValue("10000") int maxSubscribers){

	}

	/**
	 * The target "object-store".
	 *
	 * @param bucket Bucket of the object store, required.
	 * @param name Name of the objects, with variables of the path in braces. By default
	 * the rest of the path that the pattern's last segment stands for.
	 * @param maxObjectSize Largest object that may be stored. A larger one is answered
	 * with 413. By default what the gateway takes as a body.
	 * @param chunkSize Bytes of the messages of which stored objects consist. What is
	 * more than the server's max_payload counts as that.
	 * @param listing Whether GET without a name lists the objects.
	 */
	public record ObjectStore(@Nullable String bucket, @Nullable String name, @Nullable DataSize maxObjectSize,
			@DefaultValue("128KB") DataSize chunkSize, @DefaultValue("true") boolean listing) {

	}

}
