package io.natsproxy.gateway.client;

import io.natsproxy.gateway.ReceivedBody;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The progress of the body of the request that is being handled, one request after the
 * other. Changed on the event loop of the connection; {@link #isWhole()} may be asked by
 * any thread.
 */
final class BodyProgress implements ReceivedBody {

	private HttpVersion version = HttpVersion.HTTP_1_1;

	/**
	 * The fields of the request.
	 */
	private @Nullable HttpHeaders fields;

	private long length;

	private boolean emptyForm = true;

	private volatile boolean whole = true;

	/**
	 * Begins with a request.
	 */
	void begin(HttpRequest request) {
		this.version = request.protocolVersion();
		this.fields = request.headers();
		this.length = 0;
		this.emptyForm = true;
		this.whole = false;
	}

	/**
	 * Adds content.
	 */
	void add(ByteBuf content) {
		this.length += content.readableBytes();
		this.emptyForm = this.emptyForm && content.forEachByte(BodyProgress::isBetweenFields) < 0;
	}

	private static boolean isBetweenFields(byte octet) {
		return octet == '&' || (octet >= 0 && octet <= ' ');
	}

	/**
	 * Ends the body, which has come whole.
	 */
	void complete() {
		this.whole = true;
	}

	/**
	 * Returns the version of the request.
	 */
	HttpVersion version() {
		return this.version;
	}

	/**
	 * Returns whether the rest of a body that is being answered is going to be read,
	 * however late: the client must not send another request on a connection that is
	 * going to be closed (RFC 9112, section 9.6).
	 * @param limit how much of such a rest is read, in bytes
	 */
	boolean isRestWithin(long limit) {
		HttpHeaders fields = this.fields;
		String announced = (fields != null) ? fields.get(HttpHeaderNames.CONTENT_LENGTH) : null;
		return (announced != null) ? Long.parseLong(announced) - this.length <= limit
				: fields == null || !fields.contains(HttpHeaderNames.TRANSFER_ENCODING);
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public boolean isEmptyForm() {
		return this.emptyForm;
	}

	@Override
	public boolean isWhole() {
		return this.whole;
	}

}
