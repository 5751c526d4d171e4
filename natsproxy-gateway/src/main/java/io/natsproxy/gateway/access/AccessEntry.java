package io.natsproxy.gateway.access;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one request of a client, or of a WebSocket that it has become. Texts of
 * the client are cut to a bounded length, and are not safe to be shown. Changed by one
 * thread at a time, and not any more once it has been handed to the log.
 */
public final class AccessEntry {

	/**
	 * Longest target, in characters.
	 */
	static final int MAX_TARGET = 2048;

	/**
	 * Longest field, in characters.
	 */
	static final int MAX_FIELD = 512;

	private static final String ELLIPSIS = "...";

	private final long startedAt = System.nanoTime();

	private final long time = System.currentTimeMillis();

	private final String peer;

	private final @Nullable String method;

	private final String target;

	private final String protocol;

	private @Nullable String referer;

	private @Nullable String userAgent;

	private @Nullable String client;

	private boolean toService;

	private @Nullable String route;

	private @Nullable String service;

	private @Nullable String outcome;

	private int status;

	private int closeCode;

	private long sent;

	private long received;

	private long upstream = -1;

	private long duration;

	/**
	 * Whether it has ended: what is said later has not become of it.
	 */
	private volatile boolean ended;

	/**
	 * Creates an entry.
	 * @param peer the address of the other end of the connection
	 * @param method the method, or {@code null} where there is no request that can be
	 * read
	 * @param target the target of the request
	 * @param protocol the version of HTTP
	 */
	AccessEntry(String peer, @Nullable String method, String target, String protocol) {
		this.peer = peer;
		this.method = method;
		this.target = bounded(target, MAX_TARGET);
		this.protocol = protocol;
	}

	private static String bounded(String text, int max) {
		return (text.length() > max) ? text.substring(0, max - ELLIPSIS.length()) + ELLIPSIS : text;
	}

	private static @Nullable String field(@Nullable String value) {
		return (value != null) ? bounded(value, MAX_FIELD) : null;
	}

	/**
	 * Takes the fields of a request of HTTP/1.1 that are written.
	 */
	void fields(HttpHeaders headers) {
		fields(headers.get(HttpHeaderNames.REFERER), headers.get(HttpHeaderNames.USER_AGENT));
	}

	/**
	 * Takes the fields of a request that are written.
	 */
	void fields(@Nullable CharSequence referer, @Nullable CharSequence userAgent) {
		this.referer = field((referer != null) ? referer.toString() : null);
		this.userAgent = field((userAgent != null) ? userAgent.toString() : null);
	}

	/**
	 * Returns the entry of the WebSocket that this request becomes, which begins now.
	 */
	AccessEntry toSocket() {
		AccessEntry socket = new AccessEntry(this.peer, this.method, this.target, this.protocol);
		socket.referer = this.referer;
		socket.userAgent = this.userAgent;
		socket.client = this.client;
		socket.toService = this.toService;
		socket.route = this.route;
		socket.service = this.service;
		socket.status = this.status;
		return socket;
	}

	/**
	 * Takes note that the request goes to NATS.
	 * @param client the address that counts as that of the client, which is empty where
	 * it is not known
	 */
	public void toService(String client) {
		if (this.ended) {
			return;
		}
		this.toService = true;
		this.client = client.isEmpty() ? null : client;
	}

	/**
	 * Takes note of the route of the request, where it is known.
	 * @param template the template of its path, if that is known
	 * @param service the name of the service that has it, if that is known
	 */
	public void route(@Nullable String template, @Nullable String service) {
		this.route = template;
		this.service = service;
	}

	/**
	 * Takes note of the time until the head of the response was there.
	 * @param nanos the time in nanoseconds
	 */
	public void upstream(long nanos) {
		if (!this.ended) {
			this.upstream = nanos;
		}
	}

	/**
	 * Says what has become of the request. The first word counts.
	 * @param outcome letters, digits and hyphens
	 */
	public void outcome(String outcome) {
		if (this.outcome == null && !this.ended) {
			this.outcome = outcome;
		}
	}

	/**
	 * Takes back what was said of the request, because something else has become of it.
	 * @param outcome letters, digits and hyphens
	 */
	public void replaceOutcome(String outcome) {
		if (!this.ended) {
			this.outcome = outcome;
		}
	}

	void status(int status) {
		this.status = status;
	}

	void closeCode(int code) {
		this.closeCode = code;
	}

	void addSent(long bytes) {
		this.sent += bytes;
	}

	void addReceived(long bytes) {
		this.received += bytes;
	}

	/**
	 * Ends the entry.
	 * @param other what has become of the request, unless that has been said
	 */
	void end(String other) {
		outcome(other);
		this.duration = System.nanoTime() - this.startedAt;
		this.ended = true;
	}

	/**
	 * Returns what becomes of a request that is answered as a whole.
	 */
	String answered() {
		return this.toService ? AccessLog.ANSWERED : AccessLog.LOCAL;
	}

	long time() {
		return this.time;
	}

	String peer() {
		return this.peer;
	}

	/**
	 * Returns the address that counts as that of the client, or else the peer's.
	 */
	String client() {
		String client = this.client;
		return (client != null) ? client : this.peer;
	}

	@Nullable String method() {
		return this.method;
	}

	String target() {
		return this.target;
	}

	String protocol() {
		return this.protocol;
	}

	@Nullable String referer() {
		return this.referer;
	}

	@Nullable String userAgent() {
		return this.userAgent;
	}

	@Nullable String route() {
		return this.route;
	}

	@Nullable String service() {
		return this.service;
	}

	String outcome() {
		return String.valueOf(this.outcome);
	}

	/**
	 * Returns the HTTP status, 0 where the client has got none.
	 */
	int status() {
		return this.status;
	}

	/**
	 * Returns the code with which a WebSocket was closed, 0 where it is not known.
	 */
	int closeCode() {
		return this.closeCode;
	}

	/**
	 * Returns the bytes of content that the client was sent.
	 */
	long sent() {
		return this.sent;
	}

	/**
	 * Returns the bytes of content that the client has sent.
	 */
	long received() {
		return this.received;
	}

	/**
	 * Returns the time until the head of the response was there, in nanoseconds; -1 where
	 * there was none, or it is the application's own.
	 */
	long upstream() {
		return this.upstream;
	}

	/**
	 * Returns the time from the head of the request to the end, in nanoseconds.
	 */
	long duration() {
		return this.duration;
	}

}
