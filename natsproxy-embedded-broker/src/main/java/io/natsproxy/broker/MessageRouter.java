package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message to its subscribers: to every plain subscription, and to one member of
 * every queue group. It never waits for any of them.
 */
final class MessageRouter {

	private static final byte[] NO_RESPONDERS = "NATS/1.0 503\r\n\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

	private final SubscriptionIndex subscriptions;

	private final BrokerCounters counters;

	MessageRouter(SubscriptionIndex subscriptions, BrokerCounters counters) {
		this.subscriptions = subscriptions;
		this.counters = counters;
	}

	/**
	 * Delivers a message.
	 * @param payload header block, payload and line end; borrowed
	 */
	void publish(ClientConnection publisher, Publication publication, ByteBuf payload) {
		this.counters.inMessages.increment();
		this.counters.inBytes.add(publication.size());
		Matches matches = this.subscriptions.match(publication.subject());
		Delivery delivery = new Delivery(publisher, publication, payload);
		boolean delivered = false;
		for (Subscription subscription : matches.plain()) {
			delivered |= delivery.to(subscription);
		}
		for (List<Subscription> members : matches.queues()) {
			delivered |= delivery.toOneOf(members);
		}
		if (!delivered && publication.reply() != null && publisher.options().noResponders()) {
			noResponders(publisher, publication.reply());
		}
	}

	/**
	 * Tells a client that nobody is there to answer. Like nats-server, on one plain
	 * subscription of its own, and without counting it as a delivery.
	 */
	private void noResponders(ClientConnection publisher, String reply) {
		for (Subscription subscription : this.subscriptions.match(reply).plain()) {
			if (subscription.client() == publisher) {
				publisher.queue()
					.send(OutboundMessage.headers(reply, Unpooled.wrappedBuffer(NO_RESPONDERS)).toBytes(subscription));
				return;
			}
		}
	}

	/**
	 * The delivery of one message, which is encoded at most once for clients with headers
	 * and once for those without.
	 */
	private final class Delivery {

		private final ClientConnection publisher;

		private final Publication publication;

		private final ByteBuf payload;

		private @Nullable OutboundMessage message;

		private @Nullable OutboundMessage withoutHeaders;

		Delivery(ClientConnection publisher, Publication publication, ByteBuf payload) {
			this.publisher = publisher;
			this.publication = publication;
			this.payload = payload;
		}

		boolean toOneOf(List<Subscription> members) {
			int size = members.size();
			int start = (size > 1) ? ThreadLocalRandom.current().nextInt(size) : 0;
			for (int i = 0; i < size; i++) {
				if (to(members.get((start + i) % size))) {
					return true;
				}
			}
			return false;
		}

		boolean to(Subscription subscription) {
			ClientConnection client = subscription.client();
			if (client == this.publisher && !client.options().echo()) {
				return false;
			}
			OutboundMessage message = messageFor(client);
			OutboundQueue.Delivery delivery = client.queue().deliver(subscription, message);
			switch (delivery) {
				case ACCEPTED -> {
				}
				case LAST -> client.ended(subscription);
				case OVERFLOWN -> {
					client.tooSlow();
					return false;
				}
				case REFUSED -> {
					return false;
				}
			}
			MessageRouter.this.counters.outMessages.increment();
			MessageRouter.this.counters.outBytes.add(message.size());
			return true;
		}

		private OutboundMessage messageFor(ClientConnection client) {
			if (this.publication.headerSize() > 0 && !client.options().headers()) {
				if (this.withoutHeaders == null) {
					this.withoutHeaders = OutboundMessage.withoutHeaders(this.publication, this.payload);
				}
				return this.withoutHeaders;
			}
			if (this.message == null) {
				this.message = OutboundMessage.of(this.publication, this.payload);
			}
			return this.message;
		}

	}

}
