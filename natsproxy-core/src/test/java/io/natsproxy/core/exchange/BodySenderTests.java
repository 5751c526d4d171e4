package io.natsproxy.core.exchange;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.wire.FrameKind;
import org.junit.jupiter.api.Test;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BodySender}.
 */
class BodySenderTests implements BodySender.Target {

	private static final int MAX_MESSAGE = 200;

	private static final int FRAME = 10;

	private final List<String> sent = new ArrayList<>();

	private final List<Runnable> later = new ArrayList<>();

	private final BodySender sender = new BodySender(MAX_MESSAGE, FRAME, this.later::add, this, Context.empty());

	private final TestPublisher<byte[]> source = TestPublisher.create();

	@Override
	public void complete(byte[] body) {
		this.sent.add("complete " + body.length);
	}

	@Override
	public void begin(byte[] firstPart) {
		this.sent.add("begin " + firstPart.length);
	}

	@Override
	public void frame(FrameKind kind, byte[] payload) {
		this.sent.add(kind.token() + " " + payload.length);
	}

	@Override
	public void sent() {
		this.sent.add("sent");
	}

	@Override
	public void failed(Throwable failure) {
		this.sent.add("failed");
	}

	private void credit(long bytes) {
		this.sender.addCredit(bytes);
		runLater();
	}

	private void runLater() {
		List<Runnable> tasks = List.copyOf(this.later);
		this.later.clear();
		tasks.forEach(Runnable::run);
	}

	private void beginWith(int firstPart) {
		this.source.subscribe(this.sender);
		if (firstPart > 0) {
			this.source.next(new byte[firstPart]);
		}
		this.source.next(BodyChunks.FLUSH);
	}

	@Test
	void bodyThatFitsIsOneMessage() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[MAX_MESSAGE - 1]).next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("complete 200");
	}

	@Test
	void chunkThatDoesNotFitBeginsTheStream() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[100]).next(new byte[101]);
		assertThat(this.sent).containsExactly("begin 100");
	}

	@Test
	void firstPartThatLeavesNoRoomForItsHeaderIsSentInFrames() {
		this.source.subscribe(this.sender);
		this.source.next(new byte[MAX_MESSAGE]).next(new byte[5]);
		assertThat(this.sent).containsExactly("begin 0");
		credit(1000);
		this.source.complete();
		assertThat(this.sent.stream().filter("data 10"::equals)).hasSize(20);
		assertThat(this.sent).endsWith("data 5", "end 0", "sent");
	}

	@Test
	void firstPartCountsAgainstTheCredit() {
		beginWith(30);
		credit(30);
		assertThat(this.sent).containsExactly("begin 30");
		credit(1);
		this.source.next(new byte[12]);
		assertThat(this.sent).containsExactly("begin 30", "data 10");
		credit(9);
		assertThat(this.sent).containsExactly("begin 30", "data 10");
		credit(1);
		assertThat(this.sent).containsExactly("begin 30", "data 10", "data 2");
	}

	@Test
	void endWaitsForTheFirstCreditOnly() {
		beginWith(30);
		this.source.complete();
		assertThat(this.sent).containsExactly("begin 30");
		credit(1);
		assertThat(this.sent).containsExactly("begin 30", "end 0", "sent");
	}

	@Test
	void endNeedsNoCreditAfterThat() {
		beginWith(0);
		credit(1);
		this.source.next(new byte[FRAME]).complete();
		assertThat(this.sent).containsExactly("begin 0", "data 10", "end 0", "sent");
	}

	@Test
	void endThatMeetsCreditIsSentOnce() {
		beginWith(0);
		credit(5);
		this.source.next(new byte[5]);
		this.sender.addCredit(5);
		this.source.complete();
		runLater();
		assertThat(this.sent).containsExactly("begin 0", "data 5", "end 0", "sent");
	}

	@Test
	void emptyChunksAndFlushesAskForMore() {
		beginWith(0);
		credit(5);
		this.source.next(new byte[0]).next(BodyChunks.FLUSH).next(new byte[0]).next(new byte[1]).complete();
		assertThat(this.sent).containsExactly("begin 0", "data 1", "end 0", "sent");
	}

	@Test
	void moreCreditThanAnyWindowIsRefused() {
		beginWith(0);
		this.sender.addCredit(Integer.MAX_VALUE);
		assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(() -> this.sender.addCredit(1));
	}

	@Test
	void failureOfTheSourceIsToldOverWhatIsPending() {
		beginWith(0);
		this.source.error(new IllegalStateException());
		credit(100);
		assertThat(this.sent).containsExactly("begin 0", "failed");
	}

}
