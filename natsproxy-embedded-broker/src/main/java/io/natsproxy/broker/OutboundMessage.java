package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to its subscribers. It borrows the payload: a queue that keeps
 * it retains it.
 */
final class OutboundMessage {

	private static final byte[] MSG = "MSG ".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] HMSG = "HMSG ".getBytes(StandardCharsets.US_ASCII);

	private static final int LINE_END = 2;

	private final byte[] name;

	private final byte[] subject;

	private final byte[] tail;

	private final ByteBuf payload;

	private OutboundMessage(byte[] name, String subject, @Nullable String reply, String sizes, ByteBuf payload) {
		this.name = name;
		this.subject = latin1(subject + " ");
		this.tail = latin1(((reply != null) ? " " + reply + " " : " ") + sizes + "\r\n");
		this.payload = payload;
	}

	/**
	 * A message as it was published.
	 * @param payload header block, payload and line end
	 */
	static OutboundMessage of(Publication publication, ByteBuf payload) {
		int headerSize = publication.headerSize();
		String sizes = (headerSize > 0) ? headerSize + " " + publication.size() : "" + publication.size();
		return new OutboundMessage((headerSize > 0) ? HMSG : MSG, publication.subject(), publication.reply(), sizes,
				payload);
	}

	/**
	 * The same message for a client that does not understand headers.
	 * @param payload header block, payload and line end
	 */
	static OutboundMessage withoutHeaders(Publication publication, ByteBuf payload) {
		int headerSize = publication.headerSize();
		return new OutboundMessage(MSG, publication.subject(), publication.reply(),
				"" + (publication.size() - headerSize),
				payload.slice(payload.readerIndex() + headerSize, payload.readableBytes() - headerSize));
	}

	/**
	 * A message of nothing but a header block.
	 * @param payload header block and line end
	 */
	static OutboundMessage headers(String subject, ByteBuf payload) {
		int size = payload.readableBytes() - LINE_END;
		return new OutboundMessage(HMSG, subject, null, size + " " + size, payload);
	}

	int lineLength(Subscription subscription) {
		return this.name.length + this.subject.length + subscription.sidBytes().length + this.tail.length;
	}

	void writeLine(Subscription subscription, ByteBuf target) {
		target.writeBytes(this.name).writeBytes(this.subject).writeBytes(subscription.sidBytes()).writeBytes(this.tail);
	}

	/**
	 * Returns header block, payload and line end, with a reader index that stays as it
	 * is.
	 */
	ByteBuf payload() {
		return this.payload;
	}

	/**
	 * Returns the length of header block and payload in bytes.
	 */
	int size() {
		return this.payload.readableBytes() - LINE_END;
	}

	/**
	 * Returns the whole message as bytes of its own.
	 */
	byte[] toBytes(Subscription subscription) {
		byte[] bytes = new byte[lineLength(subscription) + this.payload.readableBytes()];
		writeLine(subscription, Unpooled.wrappedBuffer(bytes).clear());
		this.payload.getBytes(this.payload.readerIndex(), bytes, lineLength(subscription),
				this.payload.readableBytes());
		return bytes;
	}

	private static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
