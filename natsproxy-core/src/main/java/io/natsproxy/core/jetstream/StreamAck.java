package io.natsproxy.core.jetstream;

import io.nats.client.api.PublishAck;
import io.nats.client.support.Encoding;

/**
 * Says that a stream has stored a message.
 *
 * @param stream the name of the stream
 * @param sequence the sequence of the message in it
 * @param duplicate whether the stream had a message of the same id already, which is that
 * of the sequence, and has not stored this one
 */
public record StreamAck(String stream, long sequence, boolean duplicate) {

	static StreamAck of(PublishAck ack) {
		return new StreamAck(ack.getStream(), ack.getSeqno(), ack.isDuplicate());
	}

	/**
	 * Writes this as JSON.
	 * @return an object with the members {@code stream}, {@code sequence} and
	 * {@code duplicate}
	 */
	public String toJson() {
		StringBuilder json = new StringBuilder(80);
		json.append("{\"stream\":\"");
		Encoding.jsonEncode(json, this.stream);
		return json.append("\",\"sequence\":")
			.append(this.sequence)
			.append(",\"duplicate\":")
			.append(this.duplicate)
			.append('}')
			.toString();
	}

}
