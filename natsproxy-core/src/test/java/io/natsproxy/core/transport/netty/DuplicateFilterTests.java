package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DuplicateFilterTests {

	private long now = Long.MAX_VALUE - 10;

	private final DuplicateFilter filter = new DuplicateFilter(() -> this.now);

	private final List<String> received = new ArrayList<>();

	private final NettySubscription subscription = new NettySubscription(1, ">", null,
			(message) -> this.received.add(text(message)));

	@Test
	void whatHasComeFromTheOldConnectionIsDroppedWhenItComesFromTheNewOne() {
		this.filter.fromOld(message("a", "1"));
		this.filter.fromNew(this.subscription, message("a", "1"));
		this.filter.oldEnded();
		assertThat(this.received).isEmpty();
	}

	@Test
	void whatComesFromTheNewConnectionFirstWaitsForTheOldOne() {
		this.filter.fromNew(this.subscription, message("a", "1"));
		this.filter.fromNew(this.subscription, message("a", "2"));
		assertThat(this.received).isEmpty();
		this.filter.fromOld(message("a", "1"));
		this.filter.oldEnded();
		assertThat(this.received).containsExactly("2");
	}

	@Test
	void whatOnlyTheNewConnectionBringsIsReceivedInItsOrder() {
		this.filter.fromOld(message("a", "0"));
		for (int i = 0; i < 5; i++) {
			this.filter.fromNew(this.subscription, message("a", "" + i));
		}
		this.filter.oldEnded();
		assertThat(this.received).containsExactly("1", "2", "3", "4");
	}

	@Test
	void whatWasPublishedTwiceIsReceivedTwice() {
		this.filter.fromOld(message("a", "same"));
		this.filter.fromNew(this.subscription, message("a", "same"));
		this.filter.fromNew(this.subscription, message("a", "same"));
		this.filter.fromNew(this.subscription, message("a", "same"));
		this.filter.fromOld(message("a", "same"));
		this.filter.oldEnded();
		assertThat(this.received).containsExactly("same");
	}

	@Test
	void secondCopiesAreDroppedAfterTheEndToo() {
		this.filter.fromOld(message("a", "1"));
		this.filter.fromOld(message("a", "1"));
		this.filter.oldEnded();
		assertThat(this.filter.isSecond(message("a", "1"))).isTrue();
		assertThat(this.filter.isSecond(message("a", "1"))).isTrue();
		assertThat(this.filter.isSecond(message("a", "1"))).isFalse();
	}

	@Test
	void messageLikeOneThatOnlyTheOldConnectionHasBroughtIsReceivedLater() {
		this.filter.fromOld(message("a", "same"));
		this.filter.oldEnded();
		this.now += DuplicateFilter.LAG + 1;
		assertThat(this.filter.isSecond(message("a", "same"))).isFalse();
	}

	@Test
	void messageThatIsPublishedAgainAndAgainIsReceivedEachTime() {
		this.filter.fromOld(message("a", "same"));
		for (int i = 0; i < 10; i++) {
			this.now += DuplicateFilter.LAG / 4;
			this.filter.fromOld(message("a", "same"));
			this.filter.fromNew(this.subscription, message("a", "same"));
		}
		this.filter.oldEnded();
		assertThat(this.received).isEmpty();
		this.now += DuplicateFilter.LAG / 4;
		assertThat(this.filter.isSecond(message("a", "same"))).isFalse();
	}

	@Test
	void copyThatComesLateIsDropped() {
		this.filter.fromOld(message("a", "1"));
		this.now += DuplicateFilter.LAG;
		this.filter.fromNew(this.subscription, message("a", "1"));
		this.filter.oldEnded();
		assertThat(this.received).isEmpty();
	}

	@Test
	void messagesThatDifferInAnyPartAreDifferent() {
		NatsHeaders headers = new NatsHeaders().add("Natsproxy-Frame", "data 1");
		TransportMessage message = new TransportMessage("a", "r", headers, 0, bytes("1"));
		this.filter.fromOld(message);
		assertThat(this.filter.isSecond(new TransportMessage("b", "r", headers, 0, bytes("1")))).isFalse();
		assertThat(this.filter.isSecond(new TransportMessage("a", null, headers, 0, bytes("1")))).isFalse();
		assertThat(this.filter.isSecond(new TransportMessage("a", "r", null, 0, bytes("1")))).isFalse();
		assertThat(this.filter.isSecond(
				new TransportMessage("a", "r", new NatsHeaders().add("Natsproxy-Frame", "data 2"), 0, bytes("1"))))
			.isFalse();
		assertThat(this.filter.isSecond(new TransportMessage("a", "r", headers, 0, bytes("2")))).isFalse();
		assertThat(this.filter.isSecond(
				new TransportMessage("a", "r", new NatsHeaders().add("Natsproxy-Frame", "data 1"), 0, bytes("1"))))
			.isTrue();
	}

	private static TransportMessage message(String subject, String payload) {
		return new TransportMessage(subject, null, null, 0, bytes(payload));
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static String text(TransportMessage message) {
		return new String(message.payload(), StandardCharsets.US_ASCII);
	}

}
