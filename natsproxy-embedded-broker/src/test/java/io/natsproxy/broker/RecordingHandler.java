package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;

/**
 * Writes down what a parser has read.
 */
final class RecordingHandler implements ProtocolParser.Handler {

	private final List<String> events = new ArrayList<>();

	List<String> events() {
		return this.events;
	}

	@Override
	public boolean isAwaitingConnect() {
		return false;
	}

	@Override
	public void connect(String json) {
		this.events.add("connect " + json);
	}

	@Override
	public void ping() {
		this.events.add("ping");
	}

	@Override
	public void pong() {
		this.events.add("pong");
	}

	@Override
	public void subscribe(String subject, String queue, String sid) {
		this.events.add("subscribe " + subject + " " + queue + " " + sid);
	}

	@Override
	public void unsubscribe(String sid, int max) {
		this.events.add("unsubscribe " + sid + " " + max);
	}

	@Override
	public void publishing(Publication publication, boolean headers) throws ProtocolException {
		if (publication.size() > 1024 * 1024) {
			throw new ProtocolException(ProtocolError.MAXIMUM_PAYLOAD);
		}
		this.events.add("publishing " + publication + " " + headers);
	}

	@Override
	public void publish(Publication publication, ByteBuf payload) {
		this.events.add("publish " + publication + " " + payload.toString(StandardCharsets.ISO_8859_1));
	}

}
